//! What `manifest.json` says is so: of every file, and of the policies.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use anyhow::{Context, Result};
use e2e::browser::{Driver, Window};
use e2e::customer::Customer;
use packaging::files::{dist, integrity, read, root};
use packaging::journey::{has_loaded, opens};
use packaging::npm::in_node;
use packaging::server::{CHAT_SERVER, MESSAGING_SERVER, Site};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

fn manifest() -> Result<Value> {
    Ok(serde_json::from_slice(&read("manifest.json")?)?)
}

/// The names of all files in a folder and its folders.
fn names(folder: &Path, before: &str) -> Result<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            all.extend(names(&entry.path(), &format!("{name}/"))?);
        } else {
            all.insert(name);
        }
    }
    Ok(all)
}

/// Beside all but what people read and change lies what servers with prepared compression send. npm would take that of the
/// readme along.
fn has_packed(name: &str) -> bool {
    name != "README.md" && !["demo/", "debug/"].iter().any(|folder| name.starts_with(folder))
}

#[test]
fn every_file_is_listed_with_its_hash_its_sizes_and_its_purpose() -> Result<()> {
    let manifest = manifest()?;
    let files = manifest["files"].as_object().unwrap();
    let mut there = names(&dist(), "")?;
    for own in ["manifest.json", "manifest.json.gz", "manifest.json.br"] {
        assert!(there.remove(own), "{own}");
    }
    for (name, file) in files {
        assert!(there.remove(name), "{name}");
        assert_eq!(file["integrity"], integrity(name)?, "{name}");
        assert_eq!(file["bytes"], read(name)?.len(), "{name}");
        assert!(file["purpose"].as_str().is_some_and(|text| text.len() > 10), "{name}");
        for (encoding, ending) in [("gzip", "gz"), ("brotli", "br")] {
            let (packed, size) = (format!("{name}.{ending}"), file[encoding].as_u64());
            assert!(size.is_some_and(|size| size > 0), "{packed} has no size");
            assert_eq!(there.remove(&packed), has_packed(name), "{packed}");
            if has_packed(name) {
                assert_eq!(size, Some(u64::try_from(read(&packed)?.len())?), "{packed}");
            }
        }
    }
    assert!(there.is_empty(), "not listed: {there:?}");
    Ok(())
}

/// Bytes that depend on where a machine keeps things could not be had again elsewhere, and tell strangers of the machine.
#[test]
fn no_file_says_where_anything_lay_on_the_machine_that_built_it() -> Result<()> {
    let folders = [
        Some("/.cargo/".to_owned()),
        Some(format!("{}/", root().canonicalize()?.display())),
        std::env::var("HOME").ok().map(|home| format!("{home}/")),
        std::env::var("CARGO_HOME").ok().map(|home| format!("{home}/")),
    ];
    let built_from = |name: &str| !name.ends_with(".br") && !name.ends_with(".gz");
    for name in names(&dist(), "")?.into_iter().filter(|name| built_from(name)) {
        let bytes = read(&name)?;
        for folder in folders.iter().flatten() {
            assert!(!bytes.windows(folder.len()).any(|part| part == folder.as_bytes()), "{folder} in {name}");
        }
    }
    // What a panic says of crates is there all the same, by a name that is the same everywhere.
    let host = read("cx-host.js")?;
    assert!(host.windows(15).any(|part| part == b"cargo/registry/"));
    Ok(())
}

/// The host's types lie beside it, with those that they name.
#[test]
fn the_hosts_types_are_delivered_as_they_stand() -> Result<()> {
    for source in ["www/host/cx-host.d.ts", "pkg-template/bus.d.ts", "pkg-template/webchatservice.d.ts"] {
        let name = source.rsplit('/').next().unwrap();
        assert_eq!(read(name)?, std::fs::read(root().join(source))?, "{name}");
    }
    let types = String::from_utf8(read("cx-host.d.ts")?)?;
    for named in ["./bus.js", "./webchatservice.js"] {
        assert!(types.contains(&format!("from \"{named}\"")), "{named}");
    }
    Ok(())
}

/// By the decoders of Node: not those that have packed them.
#[tokio::test]
async fn every_packed_file_holds_the_very_file_that_it_stands_beside() -> Result<()> {
    let script = "import { readdirSync, readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
const unpack = { '.br': brotliDecompressSync, '.gz': gunzipSync };
const packed = readdirSync('.', { recursive: true }).filter((name) => unpack[name.slice(-3)]);
const wrong = packed.filter((name) => !unpack[name.slice(-3)](readFileSync(name)).equals(readFileSync(name.slice(0, -3))));
console.log(packed.length, wrong);";
    let files = manifest()?["files"].as_object().context("no files")?.clone();
    // The manifest itself is not among them.
    let packed = files.keys().filter(|name| has_packed(name)).count() + 1;
    assert!(packed > 40, "{packed}");
    assert_eq!(in_node(&dist(), script).await?.trim(), format!("{} []", 2 * packed));
    Ok(())
}

/// With names, and with lines in a file that tools find from there.
#[tokio::test]
async fn the_build_for_developers_has_names_and_leads_to_its_lines() -> Result<()> {
    let script = "import { readFileSync } from 'node:fs';
const sections = (file, name) => WebAssembly.Module.customSections(new WebAssembly.Module(readFileSync(file)), name);
const [wasm, lines] = ['cx-speechstorm.wasm', 'cx-speechstorm.debug.wasm'];
const [address] = sections(wasm, 'external_debug_info');
console.log(
  sections(wasm, 'name').length, sections(wasm, '.debug_line').length,
  new TextDecoder().decode(address).slice(1), sections(lines, '.debug_line').length,
);";
    assert_eq!(in_node(&dist().join("debug"), script).await?.trim(), "1 0 cx-speechstorm.debug.wasm 1");
    let map: Value = serde_json::from_slice(&read("debug/cx-speechstorm.slim.js.map")?)?;
    let sources = map["sources"].as_array().context("no sources")?;
    assert!(sources.iter().any(|source| source.as_str().is_some_and(|name| name.ends_with("pkg-template/loader.js"))));
    Ok(())
}

/// The headers that security.md shows are those of the manifest, with servers of their own.
#[test]
fn the_permissions_are_those_of_the_document() -> Result<()> {
    let document = std::fs::read_to_string(root().join("docs/security.md"))?;
    let line = document.lines().find_map(|line| line.strip_prefix("Permissions-Policy: ")).context("no such line")?;
    let manifest = manifest()?;
    let permissions = &manifest["permissionsPolicy"];
    assert_eq!(
        permissions["separateMessagingServer"],
        line.replace("https://ia.example:8054", "https://MESSAGING-SERVER")
    );
    assert_eq!(permissions["sameOrigin"], line.replace(" \"https://ia.example:8054\"", ""));
    Ok(())
}

#[test]
fn version_and_build_are_those_of_package_scripts_and_webassembly() -> Result<()> {
    let manifest = manifest()?;
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    let package: Value = serde_json::from_slice(&read("package.json")?)?;
    assert_eq!(package["version"], manifest["version"]);
    let build = manifest["build"].as_str().unwrap();
    let wasm = read(&format!("cx-speechstorm-{build}.wasm"))?;
    // The last section: its name, and the id, each after its length.
    assert!(wasm.ends_with(format!("\x08build_id\x10{build}").as_bytes()));
    for script in ["cx-speechstorm.js", "cx-speechstorm.slim.js", "cx-speechstorm.nowasm.js", "index.js"] {
        assert!(String::from_utf8(read(script)?)?.contains(build), "{script}");
    }
    Ok(())
}

/// The WebAssembly is the same everywhere: the drop-in has it inside, the others load the file by name and hash.
#[tokio::test]
async fn one_webassembly_serves_the_drop_in_the_slim_script_and_the_package() -> Result<()> {
    // As a browser reads the script: a string that the engine itself takes for what it is.
    let script = "import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
const [file, ...others] = readdirSync('.').filter((name) => name.endsWith('.wasm'));
const wasm = readFileSync(file);
const text = readFileSync('cx-speechstorm.js', 'utf8');
const [literal, ...more] = text.match(/'\\\\0asm(?:[^'\\\\]|\\\\[^])*'/g);
const inside = Buffer.from(new Function(`return ${literal}`)(), 'latin1');
console.log(others.length, more.length, inside.equals(wasm));
const integrity = `sha256-${createHash('sha256').update(wasm).digest('base64')}`;
for (const name of ['cx-speechstorm.slim.js', 'index.js']) {
  const script = readFileSync(name, 'utf8');
  console.log(script.includes(file), script.includes(integrity));
}";
    assert_eq!(in_node(&dist(), script).await?, "0 0 true\ntrue true\ntrue true\n");
    Ok(())
}

#[test]
fn every_component_of_the_bill_has_a_licence_whose_text_is_there() -> Result<()> {
    let bill: Value = serde_json::from_slice(&read("sbom.cdx.json")?)?;
    assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&"CycloneDX".into(), &"1.5".into()));
    let texts = String::from_utf8(read("THIRD-PARTY-LICENSES.txt")?)?;
    let components = bill["components"].as_array().unwrap();
    let known: BTreeSet<_> = components.iter().map(|one| one["bom-ref"].as_str().unwrap()).collect();
    for one in components {
        let text = |name: &str| one[name].as_str().unwrap().to_owned();
        let licence = one["licenses"][0]["expression"].as_str().unwrap();
        let line = format!(
            "\n{} {} ({licence}): {}\n  in: {}\n",
            text("name"),
            text("version"),
            text("description"),
            files(one).join(", ")
        );
        assert!(texts.contains(&line), "{line}");
        for file in files(one) {
            assert!(dist().join(file).is_file(), "{file} of {}", text("name"));
        }
    }
    for dependency in bill["dependencies"].as_array().unwrap() {
        for used in dependency["dependsOn"].as_array().unwrap() {
            assert!(known.contains(used.as_str().unwrap()), "{used}");
        }
    }
    Ok(())
}

/// The published files that a component of the bill says it is in.
fn files(component: &Value) -> Vec<&str> {
    let properties = component["properties"].as_array().unwrap().iter();
    let named = properties.filter(|property| property["name"] == "cx-speechstorm:file");
    named.map(|property| property["value"].as_str().unwrap()).collect()
}

/// Plugin, host and build for developers link different things, and the npm package has the plugin alone.
#[test]
fn the_bill_says_what_is_linked_into_which_file() -> Result<()> {
    let bill: Value = serde_json::from_slice(&read("sbom.cdx.json")?)?;
    let texts = String::from_utf8(read("THIRD-PARTY-LICENSES.txt")?)?;
    let manifest = manifest()?;
    let wasm = format!("cx-speechstorm-{}.wasm", manifest["build"].as_str().unwrap());
    let plugin = ["cx-speechstorm.js", "cx-speechstorm.nowasm.js", &wasm];
    let (host, debug) = (["cx-host.js"], ["debug/cx-speechstorm.wasm", "debug/cx-speechstorm.debug.wasm"]);
    let everywhere = [&plugin[..], &host, &debug].concat();
    // Whose it is, as its licence says.
    for (name, whose, expected) in [
        ("rlsf", "yvt", [&plugin[..], &debug].concat()),
        (
            "wasm-bindgen",
            "Alex Crichton",
            [&everywhere[..], &["cx-speechstorm.slim.js", "index.js", "debug/cx-speechstorm.slim.js"]].concat(),
        ),
        ("pulldown-cmark", "Google Inc.", host.to_vec()),
        ("gloo-net", "Rust and WebAssembly Working Group", host.to_vec()),
        ("memchr", "Andrew Gallant", host.to_vec()),
        ("unicase", "Sean McArthur", host.to_vec()),
        ("bitflags", "The Rust Project Developers", host.to_vec()),
        ("wasm-bindgen-futures", "Alex Crichton", host.to_vec()),
        ("console_error_panic_hook", "Nick Fitzgerald", [&host[..], &debug].concat()),
        ("rust-std", "The Rust Project Contributors", everywhere.clone()),
        ("compiler_builtins", "CREDITS.TXT", everywhere.clone()),
        ("hashbrown", "Amanieu d'Antras", everywhere.clone()),
        ("dlmalloc", "Alex Crichton", everywhere.clone()),
        ("binaryen", "Apache License", vec!["cx-speechstorm.nowasm.js"]),
    ] {
        let component = bill["components"].as_array().unwrap().iter().find(|one| one["name"] == name);
        let component = component.with_context(|| format!("{name} is linked"))?;
        assert_eq!(BTreeSet::from_iter(files(component)), BTreeSet::from_iter(expected), "{name}");
        let in_package =
            files(component).iter().any(|file| !file.starts_with("cx-host.") && !file.starts_with("debug/"));
        assert_eq!(component["scope"] == "required", in_package, "{name}");
        let section = texts.split(&format!("\n{name} {} (", component["version"].as_str().unwrap())).nth(1);
        // What comes next are others with the same licence, a rule, the licence, and the next rule.
        let licence = section.and_then(|text| text.split("=".repeat(80).as_str()).nth(1)).context(name)?;
        assert!(licence.contains(whose) && licence.len() > 500, "the licence of {name}: {licence}");
    }
    Ok(())
}

/// By the schema of CycloneDX itself, from its own library.
#[tokio::test]
async fn the_bill_is_valid_cyclonedx_and_a_wrong_one_would_be_noticed() -> Result<()> {
    let script = "import { readFileSync } from 'node:fs';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
const bill = readFileSync('../../../dist/sbom.cdx.json', 'utf8');
const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot5);
const changed = (change) => {
  const copy = JSON.parse(bill);
  change(copy, copy.components[0]);
  return JSON.stringify(copy);
};
const wrong = [
  changed((_, one) => delete one.name),
  changed((_, one) => (one.licenses = [{ licence: 'MIT' }])),
  changed((_, one) => (one.scope = 'everywhere')),
  changed((all) => (all.serialNumber = 'urn:uuid:1')),
  changed((all) => (all.dependencies[0].dependsOn = 'rlsf')),
];
console.log(JSON.stringify(await validator.validate(bill)));
for (const text of wrong) console.log(JSON.stringify((await validator.validate(text)) !== null));";
    let printed = in_node(&root().join("tests/packaging/npm"), script).await?;
    assert_eq!(printed, "null\ntrue\ntrue\ntrue\ntrue\ntrue\n");
    Ok(())
}

/// A page with this configuration and this script under one of the policies, in force from after Widgets on: the host is
/// WebAssembly itself.
fn page(configuration: &str, script: &str, policy: &str) -> String {
    let origins = [
        ("https://MESSAGING-SERVER", MESSAGING_SERVER.to_owned()),
        ("https://CHAT-SERVER", format!("{CHAT_SERVER} {CHAT_SERVER}/")),
    ];
    let policy = origins.iter().fold(policy.to_owned(), |policy, (name, origin)| policy.replace(name, origin));
    format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Page</title><link rel=icon href='data:,'>\
         <link rel=stylesheet href=/js/cx-host.css><script src={configuration}></script><script src=/js/cx-host.js></script>\
         <meta http-equiv=Content-Security-Policy content=\"{policy}\"><script src=/js/{script}></script></head>\
         <body><main><h1>Page</h1></main></body></html>"
    )
}

#[tokio::test]
async fn a_payment_begins_under_each_policy_and_without_leave_for_webassembly_by_javascript() -> Result<()> {
    let manifest = manifest()?;
    let policies = &manifest["contentSecurityPolicy"];
    let separate = policies["separateMessagingServer"].as_object().context("no policies")?;
    assert_eq!(separate.len(), 3);
    let same = policies["sameOrigin"].as_object().context("no policies")?;
    assert!(same.keys().eq(separate.keys()));
    // Without a word on the Messaging Server it is where the page is.
    let pages = separate.iter().map(|policy| ("/config.js", policy));
    let pages = pages.chain(same.iter().map(|policy| ("/chat.js", policy)));
    let customer = Customer::visit_with(&Driver::start().await?, "about:blank", Window::default(), "").await?;
    for (number, (configuration, (script, policy))) in pages.enumerate() {
        let policy = policy.as_str().context("no policy")?;
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("index.html"), page(configuration, script, policy))?;
        let site = Site::with_folder(&format!("policy-{number}"), folder.path()).await?;
        customer.moves_to(&format!("{}/", site.origin)).await?;
        opens(&customer, &site.stack).await.with_context(|| script.clone())?;
        assert_eq!(has_loaded(&customer, ".nowasm.").await?, script.contains("nowasm"), "{script}");
        let picture = "const done = arguments[0];
            document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => done(effectiveDirective));
            new Image().src = '/picture.png';";
        let refused = customer.client.execute_async(picture, Vec::new()).await?;
        assert_eq!(refused, "img-src", "the policy of {script} is in force");
    }
    Ok(())
}
