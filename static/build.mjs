// Makes static/build/ from static/src/ and the locked packages: sheets, scripts and fonts, nothing of GDS's own.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const target = join(here, "build");
const packages = join(here, "..", "node_modules");

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, "fonts"), { recursive: true });

// Every sheet whose name has no underscore before it; the others are parts.
for (const name of readdirSync(source).filter((name) => /^[^_].*\.s?css$/.test(name))) {
  const sheet = compile(join(source, name), {
    loadPaths: [source, packages],
    style: "compressed",
    quietDeps: true,
  });
  writeFileSync(join(target, name.replace(/\.s?css$/, ".css")), sheet.css);
}

// Each script of a language (latin, latin-ext, …) is a file of its own; browsers fetch the ones a page needs.
const faces = {
  "@fontsource-variable/source-sans-3": /-wght-normal\.woff2$/, // pages
  "@fontsource/source-sans-3": /-(400|600)-normal\.woff2$/, // certificates, whose writer wants fixed weights
  "@fontsource/source-serif-4": /-(400|600)-normal\.woff2$/,
};
for (const [name, wanted] of Object.entries(faces)) {
  const files = join(packages, name, "files");
  for (const file of readdirSync(files).filter((file) => wanted.test(file))) {
    cpSync(join(files, file), join(target, "fonts", file));
  }
}

cpSync(join(packages, "govuk-frontend/dist/govuk/govuk-frontend.min.js"), join(target, "govuk-frontend.min.js"));
cpSync(join(source, "js"), join(target, "js"), { recursive: true });
