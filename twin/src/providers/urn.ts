/** What a URN says: `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export interface UrnParts {
  /** `<project>/<stack>`: who owns what is created under this URN. */
  owner: string;
  type: string;
}

/** @throws Error when the text is no URN */
export function parseUrn(urn: string): UrnParts {
  const [head = '', project, qualifiedType] = urn.split('::');
  const stack = head.replace(/^urn:pulumi:/, '');
  if (stack === head || project === undefined || qualifiedType === undefined)
    throw new Error(`not a URN: ${urn}`);
  return { owner: `${project}/${stack}`, type: qualifiedType.slice(qualifiedType.lastIndexOf('$') + 1) };
}
