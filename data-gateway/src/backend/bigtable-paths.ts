/** The gRPC methods by their HTTP/2 path. */
const data = '/google.bigtable.v2.Bigtable/';
const admin = '/google.bigtable.admin.v2.BigtableTableAdmin/';

export const methods = {
  readRows: `${data}ReadRows`,
  mutateRow: `${data}MutateRow`,
  mutateRows: `${data}MutateRows`,
  checkAndMutateRow: `${data}CheckAndMutateRow`,
  readModifyWriteRow: `${data}ReadModifyWriteRow`,
  sampleRowKeys: `${data}SampleRowKeys`,
  pingAndWarm: `${data}PingAndWarm`,
} as const;

export const adminMethods = {
  createTable: `${admin}CreateTable`,
  dropRowRange: `${admin}DropRowRange`,
} as const;
