import { join } from "node:path";
import { readTextFile } from "@durar/config-document";
import { defineSurface, entryEnabled, on } from "@durar/credential-surface";
import { Secret, type ProviderRequest, type SecretProvider } from "@durar/secretref-schema";
import { expect, test } from "vitest";
import { inOneLine, layOut, type Files } from "./fixtures/state-directory.ts";
import { auditStores, validateStores, type AuditOptions, type AuditStore } from "./index.ts";

/** Somebody else's product: its own fields, its own kinds of store, and no package but the engine's. */
const surface = defineSurface([
  { id: "db.password" },
  { id: "services.*.token", active: entryEnabled },
  { id: "services.*.headers.*" },
  { id: "tenant.login", store: "tenant", path: "login", refPath: "loginRef" },
]);

/** Variables from a fixed table. */
function variables(table: Readonly<Record<string, string>>): SecretProvider {
  return {
    source: "env",
    resolve: async ({ ids }: ProviderRequest) =>
      new Map(ids.map((id) => [id, { ok: true, value: new Secret(table[id]) }])),
    check: async () => undefined,
  };
}

const formats: Readonly<Record<string, AuditStore["format"]>> = { config: "json5", environment: "env" };

async function optionsFor(files: Files, kinds: Readonly<Record<string, AuditStore["kind"]>>) {
  const { directory, secrets } = await layOut(files);
  const stores = Object.entries(kinds).map(([file, kind]): AuditStore => {
    const path = join(directory, file);
    return {
      ...{ kind, format: formats[kind] ?? "json", path },
      leftover: file.endsWith(".bak"),
      read: () => readTextFile(path),
    };
  });
  const options: AuditOptions = { surface, stores, providers: [variables({ PASSWORD: "v" })] };
  return { directory, secrets, options };
}

const files = {
  "config.json5": `{
    db: { password: "\${PASSWORD}" },
    services: {
      mail: { token: "<<mail>>", headers: { "X-Anything": "<<header>>", Accept: "\${PASSWORD}" } },
      chat: { enabled: false, token: "secretref-managed" },
      other: { http: { headers: { Authorization: "not on the surface" } } },
    },
  }`,
  "tenants/ada.json": '{ "login": "<<ada>>", "loginRef": { "source": "env", "id": "PASSWORD" } }',
  "tenants/ada.json.bak": '{ "login": "<<old>>" }',
};
const kinds = { "config.json5": "config", "tenants/ada.json": "tenant", "tenants/ada.json.bak": "tenant" };

test("a surface, stores and providers of one's own are audited; without rules for names nothing is special", async () => {
  const { directory, options } = await optionsFor(files, kinds);
  const { findings, status, resolution } = await auditStores(options);
  expect(findings.map((finding) => inOneLine(finding, directory))).toEqual([
    "config.json5:4:22 warn PLAINTEXT_FOUND services.mail.token",
    "config.json5:4:88 warn PLAINTEXT_FOUND services.mail.headers.X-Anything",
    "config.json5:5:38 warn PLAINTEXT_FOUND services.chat.token",
    "tenants/ada.json:1:12 warn PLAINTEXT_FOUND login",
    "tenants/ada.json.bak:1:12 warn PLAINTEXT_FOUND login",
  ]);
  expect(status).toBe("findings");
  expect(resolution).toEqual({ refsChecked: 1, skippedExecRefs: 0, resolvabilityComplete: true });
});

test("without rules a .env entry is a secret where a ref names it, and every key of a models file is one", async () => {
  const { directory, options } = await optionsFor(
    {
      "config.json5": '{ db: { password: "${PASSWORD}" } }',
      ".env": "PASSWORD=<<a>>\nAPI_TOKEN=unknown\n",
      "models.json":
        '{ "providers": { "p": { "apiKey": "OPENAI_API_KEY", "headers": { "via": "secretref-managed" } } } }',
    },
    { "config.json5": "config", ".env": "environment", "models.json": "models" },
  );
  const { findings } = await auditStores(options);
  expect(findings.map((finding) => inOneLine(finding, directory))).toEqual([
    ".env:1:10 info PLAINTEXT_FOUND PASSWORD",
    "models.json:1:35 warn PLAINTEXT_FOUND providers.p.apiKey",
    "models.json:1:73 warn PLAINTEXT_FOUND providers.p.headers.via",
  ]);
});

test("rules for names are taken one by one", async () => {
  const { directory, options } = await optionsFor(files, kinds);
  const names = {
    isSensitiveHeader: (name: string) => name === "Authorization",
    isKeyMarker: (value: string) => value === "secretref-managed",
  };
  const { findings } = await auditStores({ ...options, names });
  expect(findings.map((finding) => inOneLine(finding, directory))).toEqual([
    "config.json5:4:22 warn PLAINTEXT_FOUND services.mail.token",
    "config.json5:5:38 warn PLAINTEXT_FOUND services.chat.token",
    "config.json5:6:50 warn PLAINTEXT_FOUND services.other.http.headers.Authorization",
    "tenants/ada.json:1:12 warn PLAINTEXT_FOUND login",
    "tenants/ada.json.bak:1:12 warn PLAINTEXT_FOUND login",
  ]);
});

test("a rule may count on a configuration, which nobody is blamed for that could not be read", async () => {
  const strict = defineSurface(
    [
      {
        ...{ id: "tenant.login", store: "tenant", path: "login" },
        active: (_place, { config }) => on(`config has ${Object.keys(config as object).length} keys`),
      },
    ],
    {
      policies: [
        ({ config, stores }) =>
          Object.hasOwn(config as object, "strict")
            ? []
            : stores
                .filter(({ kind }) => kind === "config")
                .map((store) => ({ store, path: [], message: "must be strict", hint: "be strict" })),
      ],
    },
  );
  const { options } = await optionsFor(files, kinds);
  const audited = await auditStores({ ...options, surface: strict });
  expect(audited.findings.map(({ message }) => message)).toContain("must be strict [SECRET_REF_POLICY]");

  const stores = options.stores.map((store) =>
    store.kind === "config" ? { ...store, read: () => readTextFile("/nowhere") } : store,
  );
  const { findings } = await auditStores({ ...options, surface: strict, stores });
  expect(findings.map(({ code }) => code)).toEqual([
    "STORE_UNREADABLE",
    "PLAINTEXT_FOUND",
    "PLAINTEXT_FOUND",
  ]);
});

test("validation needs neither rules nor a product's schema", async () => {
  const { options } = await optionsFor(
    { "config.json5": '{ db: { password: { source: "file", id: "/x" } } }' },
    { "config.json5": "config" },
  );
  const { ok, problems } = await validateStores(options);
  expect(ok).toBe(false);
  expect(problems).toMatchObject([{ code: "REF_UNRESOLVED", path: "db.password" }]);
});
