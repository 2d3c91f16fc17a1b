import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const { subtle } = webcrypto;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const day = 86_400_000;
const caLifeDays = 3_650;
/** Short, as they are made anew at each start; what Let's Encrypt gives (letsencrypt.org/docs/faq). */
const leafLifeDays = 90;

/** A certificate with its key, as PEM. */
export interface CertifiedKey {
  certificate: string;
  key: string;
}

/** An authority of this machine alone. Who trusts its certificate trusts whoever can read its key: the data folder's owner. */
export class LocalCa {
  private constructor(
    private readonly certificate: X509Certificate,
    private readonly key: webcrypto.CryptoKey,
  ) {}

  /** Reads the authority in `<data dir>/twin/ca`, or makes it there: `ca.pem`, and `ca.key` that its owner alone reads. */
  static async open(dataDir: string): Promise<LocalCa> {
    const folder = join(dataDir, 'twin', 'ca');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    const [certificateFile, keyFile] = [join(folder, 'ca.pem'), join(folder, 'ca.key')];
    const known = await readIfThere(certificateFile);
    if (known !== undefined) {
      const der = PemConverter.decodeFirst(await readFile(keyFile, 'utf8'));
      const key = await subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
      return new LocalCa(new X509Certificate(known), key);
    }
    const made = await makeAuthority();
    // The certificate comes last: where it is, the key is as well.
    await writeWhole(keyFile, made.key, 0o600);
    await writeWhole(certificateFile, made.certificate, 0o644);
    return LocalCa.open(dataDir);
  }

  /** A certificate for one hostname, signed now. */
  async issue(hostname: string, now = new Date()): Promise<CertifiedKey> {
    const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const leaf = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      // A common name holds 64 characters (RFC 5280, appendix A); what counts is the alternative name.
      subject: `CN=${hostname.slice(0, 64)}`,
      issuer: this.certificate.subject,
      notBefore: new Date(now.getTime() - day),
      notAfter: new Date(now.getTime() + leafLifeDays * day),
      publicKey: keys.publicKey,
      signingKey: this.key,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([{ type: 'dns', value: hostname }]),
      ],
    });
    return { certificate: leaf.toString('pem'), key: await pemOf(keys.privateKey) };
  }
}

async function makeAuthority(now = new Date()): Promise<CertifiedKey> {
  const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=Leasehold local cloud ${serialNumber().slice(0, 6)}, O=Leasehold`,
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(now.getTime() + caLifeDays * day),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** Positive and random, as RFC 5280, section 4.1.2.2, asks. */
function serialNumber(): string {
  return `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}`;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  await writeFile(`${path}.new`, `${text.trim()}\n`, { mode });
  await rename(`${path}.new`, path);
}
