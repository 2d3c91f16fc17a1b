{
  "name": "@leasehold/template-__NAME__",
  "version": "0.1.0",
  "private": true,
  "type": "module",
  "scripts": {
    "build": "tsc -b && node build-image.mjs",
    "lint": "eslint ."
  },
  "nx": {
    "tags": [
      "room:template"
    ]
  },
  "dependencies": {
    "@leasehold/tenant-data": "*",
    "@leasehold/tenant-kit": "*"
  }
}
