import { chmod, chown, lstat, mkdir, symlink, writeFile } from "node:fs/promises";
import { root, temporaryDirectory, testWith } from "@durar/testing";
import { expect, test } from "vitest";
import { gatewayPlace } from "../fixtures/gateway-place.ts";
import { makePrivate, requirePrivate } from "./private-directory.ts";

async function modeOf(path: string): Promise<string> {
  return ((await lstat(path)).mode & 0o7777).toString(8);
}

test("a directory that is missing is made for this user alone, and so are those on the way", async () => {
  const above = await temporaryDirectory();
  expect(await makePrivate(`${above}/a/b`)).toBe(false);
  expect(await modeOf(`${above}/a`)).toBe("700");
  expect(await modeOf(`${above}/a/b`)).toBe("700");
});

test.each([0o755, 0o770, 0o711, 0o777, 0o701])("a directory of mode %o is made private", async (mode) => {
  const directory = await temporaryDirectory();
  await chmod(directory, mode);
  expect(await makePrivate(directory)).toBe(true);
  expect(await modeOf(directory)).toBe("700");
  expect(await makePrivate(directory)).toBe(false);
});

test("a directory that is there for everyone is refused, and stays as it is", async () => {
  const directory = await temporaryDirectory();
  await chmod(directory, 0o1777);
  await expect(makePrivate(directory)).rejects.toMatchObject({
    code: "GATEWAY_STATE_DIRECTORY",
    // Who followed the usual hint to chmod it would lock everyone out.
    hint: "give the gateway a state directory of its own",
  });
  expect(await modeOf(directory)).toBe("1777");
});

test("a file in its place is refused", async () => {
  const file = `${await temporaryDirectory()}/file`;
  await writeFile(file, "");
  await expect(makePrivate(file)).rejects.toMatchObject({ code: "GATEWAY_STATE_DIRECTORY" });
  await expect(makePrivate(`${file}/below`)).rejects.toMatchObject({ code: "GATEWAY_STATE_DIRECTORY" });
});

test("of a link what it leads to is made private", async () => {
  const above = await temporaryDirectory();
  await mkdir(`${above}/real`, { mode: 0o755 });
  await symlink("real", `${above}/link`);
  await makePrivate(`${above}/link`);
  expect(await modeOf(`${above}/real`)).toBe("700");
});

testWith(root, "another user's directory is refused, and stays as it is", async () => {
  const directory = await temporaryDirectory();
  await chown(directory, 65_534, 65_534);
  await expect(makePrivate(directory)).rejects.toMatchObject({
    code: "GATEWAY_STATE_DIRECTORY",
    message: expect.stringContaining("belongs to another user") as string,
  });
  expect(await modeOf(directory)).toBe("755");
  await expect(requirePrivate(directory)).rejects.toMatchObject({ code: "GATEWAY_STATE_DIRECTORY" });
});

test("a directory that must be private already is not changed", async () => {
  const directory = await temporaryDirectory();
  await expect(requirePrivate(directory)).rejects.toMatchObject({ code: "GATEWAY_STATE_DIRECTORY" });
  await expect(requirePrivate(`${directory}/none`)).rejects.toMatchObject({
    code: "GATEWAY_STATE_DIRECTORY",
  });
  expect(await modeOf(directory)).toBe("755");
  await chmod(directory, 0o700);
  await expect(requirePrivate(directory)).resolves.toBeUndefined();
});

test("a gateway makes its state directory private, and says so", async () => {
  const place = await gatewayPlace();
  await place.writeConfig({});
  await chmod(place.directory, 0o755);
  await place.start();
  expect(await modeOf(place.directory)).toBe("700");
  expect(place.log()).toContainEqual(
    expect.objectContaining({ code: "GATEWAY_STATE_DIRECTORY", directory: place.directory }),
  );
});
