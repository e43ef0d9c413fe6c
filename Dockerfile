# Serves HTTPS on port 4566 of every interface, state in the volume /data.
# Keys and secrets travel in answers, so TLS is on: trust the generated CA at /data/tls/ca.pem, or mount your own certificate.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tools/build ./tools/build
COPY src ./src
RUN node tools/build/main.ts && npm prune --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production BULWARK_HOST=0.0.0.0 BULWARK_DATA=/data BULWARK_TLS=true
WORKDIR /app
COPY LICENSE NOTICE README.md package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4566
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["node", "dist/main.js", "status"]
# So that what requests leave behind stays in the processor's cache: docs/decisions/0003-hot-path.md
ENTRYPOINT ["node", "--max-semi-space-size=16", "dist/main.js"]
CMD ["start"]
