//! The package's declarations, as the compiler sees them in a project that has installed the tarball.
#![allow(clippy::unwrap_used, missing_docs)]

use anyhow::{Result, ensure};
use packaging::files::root;
use packaging::npm::Project;

use crate::examples::named;

const EXTEND: &str = "docs/extend.md";

/// The declarations as a consumer has them: what must compile does, what must not does not.
#[tokio::test]
async fn types_are_right_for_a_strict_consumer() -> Result<()> {
    let install = "import { install, version, type Configuration } from 'cx-speechstorm';
const configuration: Configuration = { baseURL: 'https://ia.example:8054', placement: 'dock' };
install();
install({ configuration, css: false, wasm: new URL('https://cdn.example/core.wasm') });
const text: string = version;
console.info(text);
// @ts-expect-error: no such option
install({ config: configuration });
// @ts-expect-error: no such placement
install({ configuration: { placement: 'popup' } });
// @ts-expect-error: it gives nothing
install().then(() => {});
// @ts-expect-error: no such export
import { uninstall } from 'cx-speechstorm';
";
    let own = |file: &str| std::fs::read_to_string(root().join("tests/types").join(file));
    let as_consumer = |text: String| {
        let frame = text.replace("../../pkg-template/frame-sdk.js", "cx-speechstorm/frame-sdk");
        frame.replace("../../pkg-template/index.js", "cx-speechstorm")
    };
    let readme = named("pkg-template/README.md", "frame.js");
    let [bus, integrator, extend, frame] =
        ["bus.ts", "integrator.ts", "extend.ts", "frame.ts"].map(|file| own(file).map(as_consumer));
    let (bus, integrator, extend, frame) = (bus?, integrator?, extend?, frame?);
    // As they stand in the document, where names are added to the package's and what is refused is seen in the same file.
    for (example, file) in [(named(EXTEND, "bus-types.ts"), &bus), (named(EXTEND, "frame-app.ts"), &frame)] {
        ensure!(file.contains(&example), "another file than the document's is compiled: {file}");
    }
    for (resolution, module) in [("nodenext", "nodenext"), ("bundler", "esnext")] {
        let settings = serde_json::json!({ "compilerOptions": {
            "strict": true, "noEmit": true, "skipLibCheck": false, "exactOptionalPropertyTypes": true, "types": [],
            "target": "es2022", "lib": ["es2022", "dom"], "module": module, "moduleResolution": resolution,
        }});
        let files = [
            ("install.ts", install),
            ("readme.ts", &readme),
            ("bus.ts", &bus),
            ("integrator.ts", &integrator),
            ("extend.ts", &extend),
            ("frame.ts", &frame),
            ("tsconfig.json", &settings.to_string()),
        ];
        let project = Project::with(&format!("types-{resolution}"), &files).await?;
        project.run("typescript/bin/tsc", &["-p", "."]).await?;
    }
    Ok(())
}
