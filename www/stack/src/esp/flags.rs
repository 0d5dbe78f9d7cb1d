//! The flags of ESP and of the workflow.

use std::path::PathBuf;

use clap::Args;

/// Who may ask the Chat Server for things that no customer and no agent asks for.
#[derive(Debug, Clone, Default, Args)]
pub struct EspFlags {
    /// Port of ESP, by which workflows reach the Chat Server; 0 = any free one. Without it there is none
    #[arg(long, value_name = "PORT")]
    pub esp_port: Option<u16>,
    /// A language that a workflow may give a chat by its code, as GCTI_LanguageCode; repeatable. Without one any text is taken.
    /// What the page attaches under this name is not measured by it
    #[arg(long = "language", value_name = "CODE")]
    pub languages: Vec<String>,
    /// What is done when a chat begins, gets an agent, or is in a MicroApp: sections [start] [agent] [microapp-start] [microapp-end]
    #[arg(long, value_name = "FILE")]
    pub workflow: Option<PathBuf>,
}
