import { createHash } from 'node:crypto';
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import type { LockedPackage } from './lockfile.js';

/** What a bill of materials is about. */
export interface Subject {
  readonly name: string;
  readonly version: string;
}

/**
 * A software bill of materials of npm packages as CycloneDX 1.6 in JSON (https://cyclonedx.org/docs/1.6/json/). The same
 * packages give the same text: it holds no time and no random number.
 */
export function sbomOf(subject: Subject, packages: readonly LockedPackage[]): string {
  const root = new Models.Component(Enums.ComponentType.Application, subject.name, {
    version: subject.version,
    bomRef: `pkg:generic/${subject.name}@${subject.version}`,
  });
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: root }) });
  const components = new Map(packages.map((each) => [each.path, componentOf(each)]));
  for (const each of packages) {
    const component = components.get(each.path);
    if (component === undefined) continue;
    for (const path of each.needs) {
      const needed = components.get(path);
      if (needed !== undefined) component.dependencies.add(needed.bomRef);
    }
    if (each.own) root.dependencies.add(component.bomRef);
    bom.components.add(component);
  }
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function componentOf({ path, name, version, integrity, license, own }: LockedPackage): Models.Component {
  const slash = name.lastIndexOf('/');
  const group = slash < 0 ? '' : name.slice(0, slash);
  const plain = name.slice(slash + 1);
  const component = new Models.Component(Enums.ComponentType.Library, plain, { version, bomRef: path });
  if (group !== '') component.group = group;
  if (!own)
    component.purl = new PackageURL(
      'npm',
      group === '' ? undefined : group,
      plain,
      version,
      undefined,
      undefined,
    ).toString();
  if (license !== undefined) component.licenses.add(licenseOf(license));
  if (integrity !== undefined) addHash(component, integrity);
  return component;
}

function licenseOf(text: string): Models.License {
  return /\s(OR|AND|WITH)\s/.test(text) ? new Models.LicenseExpression(text) : new Models.NamedLicense(text);
}

/** The lockfile's checksum (https://www.w3.org/TR/SRI/) as CycloneDX has it, in hexadecimal. */
function addHash(component: Models.Component, integrity: string): void {
  const [, digest] = /^sha512-(\S+)/.exec(integrity) ?? [];
  if (digest === undefined) return;
  component.hashes.set(Enums.HashAlgorithm['SHA-512'], Buffer.from(digest, 'base64').toString('hex'));
}

/** A short digest of a bill of materials, to see at a glance whether two are the same. */
export function digestOf(sbom: string): string {
  return createHash('sha256').update(sbom).digest('hex');
}
