{
  "extends": "../../tsconfig.base.json",
  "compilerOptions": {
    "rootDir": ".",
    "outDir": "dist",
    "tsBuildInfoFile": "dist/.tsbuildinfo"
  },
  "include": ["src", "template.json"],
  "references": [{ "path": "../kit" }, { "path": "../../packages/tenant-data" }],
  "exclude": ["src/**/*.spec.ts", "src/**/testing/**"]
}
