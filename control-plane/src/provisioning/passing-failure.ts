/**
 * Which failures of the clouds pass by themselves. Pulumi's engine hands on what a provider said as text, without the gRPC
 * status, so the text is what there is to go by: only sentences that the clouds' own clients write count, never a bare
 * number, which may as well be a port or a replica count.
 */

/** `googleapi.Error` (google.golang.org/api): throttling and a server's own fault; 408 and 412 are worth another look. */
const google = /\bgoogleapi: (?:Error|got HTTP response code) (?:408|429|500|502|503|504)\b/;

/** Reasons that Google gives beside a status which by itself would not pass (cloud.google.com/apis/design/errors). */
const googleReason =
  /, (?:rateLimitExceeded|userRateLimitExceeded|backendError|internalError|conditionNotMet|resourceInUseByAnotherResource|operationInProgress)\s*$|googleapi: Error 409: .*\btry again\b/im;

/** client-go and the API server (k8s.io/apimachinery, pkg/api/errors). */
const kubernetes =
  /the server (?:has received too many requests|is currently unable to handle the request|was unable to return a response in the time allotted|could not complete the requested operation)|an error on the server \(.*?\) has prevented the request from succeeding|the object has been modified; please apply your changes|etcdserver: (?:request timed out|leader changed|too many requests)|Internal error occurred: failed calling webhook/;

/**
 * gRPC's own names for what may be tried again (grpc.github.io/grpc/core/md_doc_statuscodes.html), as Go writes them, and as Node does:
 * that is how Pulumi's SDK says that it lost the engine beside it, or could not reach it in time on a busy machine.
 */
const grpc =
  /\bcode = (?:Unavailable|DeadlineExceeded|ResourceExhausted|Aborted)\b|\b(?:4 DEADLINE_EXCEEDED|8 RESOURCE_EXHAUSTED|10 ABORTED|14 UNAVAILABLE): /;

/** Go's net, net/http and context, and Node's codes: a connection that broke, or an answer that did not come. */
const network =
  /context deadline exceeded|Client\.Timeout exceeded|TLS handshake timeout|i\/o timeout|connection (?:reset by peer|refused)|broken pipe|http2: client connection lost|unexpected EOF|server closed idle connection|\b(?:ECONNRESET|ECONNREFUSED|ETIMEDOUT|EPIPE)\b/i;

const passing = [google, googleReason, kubernetes, grpc, network];

/** Whether what a provider said is a failure that may be gone a little later. */
export function isPassingFailure(message: string): boolean {
  return passing.some((pattern) => pattern.test(message));
}
