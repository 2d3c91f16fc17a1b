# syntax=docker/dockerfile:1.20@sha256:26147acbda4f14c5add9946e2fd2ed543fc402884fd75146bd342a7f6271dc1d
# The product's images, one target each: control-plane, data-gateway, leasehold (all of it, on the twin).
# What was tried of this, and how to build it: docs/images.md.

ARG NODE_BUILD=node:24-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
ARG GO_BUILD=golang:1.26-bookworm@sha256:116d58cbd88c1297624acc6e967a060012422bacf9930927e23fb719189c6f36
ARG RUNTIME=gcr.io/distroless/nodejs24-debian12:nonroot@sha256:14d42e2511532589a7c7e01a753667a74fcc96266e137e8125006b87b0c32d0a

# --- the lockfile and every workspace's package.json, which change seldom ---
FROM ${NODE_BUILD} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY --parents */package.json packages/*/package.json tenant-templates/*/package.json ./

# --- everything, compiled ---
FROM manifests AS build
ARG SOURCE_DATE_EPOCH
RUN npm ci --ignore-scripts
COPY . .
RUN npx tsc -b && for build in tenant-templates/*/build-image.mjs; do node "$build" || exit 1; done

# --- what runs beside Node: pinned Go modules, with their checksums ---
FROM ${GO_BUILD} AS tools
ARG SOURCE_DATE_EPOCH
ENV CGO_ENABLED=0 GOFLAGS="-mod=readonly -trimpath -buildvcs=false"
COPY packages/toolchain/modules /modules
WORKDIR /modules/pulumi
RUN go build -tags=osusergo,grpcnotrace -ldflags="-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0" -o /tools/pulumi github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
WORKDIR /modules/helm
RUN go build -ldflags="-s -w -X helm.sh/helm/v4/internal/version.version=v4.1.1" -o /tools/helm helm.sh/helm/v4/cmd/helm
WORKDIR /modules/bigtable-emulator
RUN go build -ldflags="-s -w" -o /emulator/bigtable-emulator/1.50.0/bigtable-emulator cloud.google.com/go/bigtable/cmd/emulator

# --- packages that run, without what only builds or tests ---
FROM manifests AS control-plane-packages
ARG SOURCE_DATE_EPOCH
RUN npm ci --ignore-scripts --omit=dev --include-workspace-root --workspace=@leasehold/control-plane

FROM manifests AS data-gateway-packages
ARG SOURCE_DATE_EPOCH
RUN npm ci --ignore-scripts --omit=dev --workspace=@leasehold/data-gateway

FROM manifests AS all-packages
ARG SOURCE_DATE_EPOCH
RUN npm ci --ignore-scripts --omit=dev

# --- rooms as the control plane sees them: programs, charts, manifests of the templates; no sources ---
FROM manifests AS control-plane-files
COPY --from=build --parents /app/./packages/*/dist /app/./packages/*/modules /app/./migrations/dist /app/./migrations/bigtable /app/./stacks/dist /app/./twin/dist /app/./control-plane/dist /out/
COPY charts /out/charts
COPY --from=build --parents /app/./tenant-templates/*/template.json /app/./tenant-templates/*/dist/image /out/

FROM manifests AS data-gateway-files
COPY --from=build --parents /app/./packages/*/dist /app/./packages/*/modules /app/./migrations/dist /app/./migrations/bigtable /app/./data-gateway/dist /out/

# A volume takes the owner of the folder that it covers.
FROM manifests AS empty
ARG SOURCE_DATE_EPOCH
RUN mkdir -p /empty/data

FROM manifests AS leasehold-files
COPY --from=build --parents /app/./data-gateway/dist /app/./launcher/dist /app/./cli/dist /app/./cli/bin /out/

# --- the images ---
FROM ${RUNTIME} AS control-plane
WORKDIR /app
ENV NODE_ENV=production LEASEHOLD_BIND=0.0.0.0 LEASEHOLD_DATA_DIR=/data LEASEHOLD_TOOLS_DIR=/data/tools
COPY --from=tools /tools/ /usr/local/bin/
COPY --from=control-plane-packages /app/ ./
COPY --from=control-plane-files /out/ ./
COPY --from=empty --chown=65532:65532 /empty/data /data
VOLUME /data
EXPOSE 8080
USER 65532:65532
CMD ["--max-semi-space-size=8", "--max-old-space-size=384", "control-plane/dist/main.js"]

FROM ${RUNTIME} AS data-gateway
WORKDIR /app
ENV NODE_ENV=production LEASEHOLD_BIND=0.0.0.0 LEASEHOLD_DATA_DIR=/data LEASEHOLD_TOOLS_DIR=/data/tools
COPY --from=data-gateway-packages /app/ ./
COPY --from=data-gateway-files /out/ ./
COPY --from=empty --chown=65532:65532 /empty/data /data
VOLUME /data
USER 65532:65532
CMD ["data-gateway/dist/main.js"]

FROM ${RUNTIME} AS leasehold
WORKDIR /app
ENV NODE_ENV=production LEASEHOLD_BIND=0.0.0.0 LEASEHOLD_DATA_DIR=/data LEASEHOLD_TOOLS_DIR=/tools
COPY --from=tools /tools/ /usr/local/bin/
COPY --from=tools /emulator/ /tools/
COPY --from=all-packages /app/ ./
COPY --from=control-plane-files /out/ ./
COPY --from=leasehold-files /out/ ./
COPY --from=empty --chown=65532:65532 /empty/data /data
VOLUME /data
EXPOSE 8080 8081 8443 8053/udp 8053/tcp
USER 65532:65532
CMD ["launcher/dist/main.js"]
