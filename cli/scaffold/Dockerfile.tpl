# syntax=docker/dockerfile:1.20@sha256:26147acbda4f14c5add9946e2fd2ed543fc402884fd75146bd342a7f6271dc1d
# The product `__NAME__` as an image for Kubernetes; built from the repository's root:
#   docker buildx build -f tenant-templates/__NAME__/Dockerfile .

ARG NODE_BUILD=node:24-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
ARG RUNTIME=gcr.io/distroless/nodejs24-debian12:nonroot@sha256:14d42e2511532589a7c7e01a753667a74fcc96266e137e8125006b87b0c32d0a

FROM ${NODE_BUILD} AS build
ARG SOURCE_DATE_EPOCH
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY --parents */package.json packages/*/package.json tenant-templates/*/package.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npx tsc -b tenant-templates/__NAME__ packages/template-manifest && node tenant-templates/__NAME__/build-image.mjs /image

FROM ${RUNTIME} AS __NAME__
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /image/ ./
EXPOSE 8080
USER 65532:65532
CMD ["server.mjs"]
