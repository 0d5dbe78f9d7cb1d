//! The folder `fish-messaging/widgets` from which a website takes its files ("Using WebIVR MicroApps", "Update Genesys Widgets
//! framework", steps 1 to 4; backend 5.1). Under the vendor's names there are this project's own files, as they are in `dist`.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, html};
use tower::ServiceExt;
use tower_http::services::ServeFile;

use super::Messaging;
use super::pages::head;

/// Where the files are, and the addresses that the example names.
#[derive(Debug, Clone)]
pub struct Widgets {
    /// Folder of the built plugin.
    pub dist_dir: PathBuf,
    /// The chat service in GMS: `sChatServerUrl`.
    pub chat_url: String,
    /// The Messaging Server: `sSpeechStormServer`.
    pub messaging_url: String,
}

impl Widgets {
    /// What a website's own page has to have, with the addresses of these servers.
    fn example(&self) -> String {
        let quote = |text: &str| serde_json::Value::from(text).to_string();
        format!(
            r#"<link rel="stylesheet" href="css/widgets.min.css">
<link rel="stylesheet" href="css/cx-speechstorm.css">
<script>
  var sChatServerUrl = {chat};
  var sSpeechStormServer = {messaging};
  window._genesys = {{
    widgets: {{
      webchat: {{ dataURL: sChatServerUrl }},
      speechstorm: {{ baseURL: sSpeechStormServer }}
    }}
  }};
</script>
<script src="js/cx-speechstorm.js"></script>
<script src="js/widgets.min.js"></script>"#,
            chat = quote(&self.chat_url),
            messaging = quote(&self.messaging_url)
        )
    }
}

/// `GET /fish-messaging/widgets/index.html`: says what the folder is, and is an example to copy from.
pub(super) async fn index(State(server): State<Arc<Messaging>>) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head("Widgets folder", None))
            body {
                main {
                    h1 { "Files for your website" }
                    p {
                        "This folder stands for the folder " code { "fish-messaging/widgets" } " of Genesys Intelligent Automation. "
                        "The files in it are those of the open plugin CX SpeechStorm under the same names, not the vendor's."
                    }
                    ul {
                        li { a href="cx-speechstorm.js" { "cx-speechstorm.js" } " goes where " code { "widgets.min.js" } " is." }
                        li {
                            a href="cx-speechstorm.css" { "cx-speechstorm.css" } " goes to your style sheets. The script has the same "
                            "styles inside, so it may be left out."
                        }
                    }
                    p { "Your page then has these lines, with your own paths and servers:" }
                    pre tabindex="0" { (server.widgets.example()) }
                }
            }
        }
    };
    Html(page.into_string()).into_response()
}

/// `GET /fish-messaging/widgets/cx-speechstorm.js`.
pub(super) async fn script(State(server): State<Arc<Messaging>>, request: Request) -> Result<Response, Infallible> {
    file(&server, "cx-speechstorm.js", request).await
}

/// `GET /fish-messaging/widgets/cx-speechstorm.css`.
pub(super) async fn style(State(server): State<Arc<Messaging>>, request: Request) -> Result<Response, Infallible> {
    file(&server, "cx-speechstorm.css", request).await
}

async fn file(server: &Messaging, name: &str, request: Request) -> Result<Response, Infallible> {
    let file = ServeFile::new(server.widgets.dist_dir.join(name)).precompressed_br().precompressed_gzip();
    file.oneshot(request).await.map(IntoResponse::into_response)
}
