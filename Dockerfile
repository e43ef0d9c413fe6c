# Serves on port 4566 of every interface, state in the volume /data.
# TLS is on: keys and secrets travel in answers. Trust the generated CA at /data/tls/ca.pem, or mount your own certificate.
FROM node:24-bookworm-slim
ENV NODE_ENV=production BULWARK_HOST=0.0.0.0 BULWARK_DATA=/data BULWARK_TLS=true
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional && npm cache clean --force
COPY LICENSE NOTICE README.md ./
COPY src ./src
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4566
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["node", "src/main.ts", "status"]
ENTRYPOINT ["node", "src/main.ts"]
CMD ["start"]
