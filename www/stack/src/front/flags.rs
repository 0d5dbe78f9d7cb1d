//! The flags of several processes.

use clap::Args;

use super::node::Node;

/// How a process is one of several.
#[derive(Debug, Clone, Default, Args)]
pub struct FrontFlags {
    /// Port of the operator's page, on this machine only, where a Chat Server can be made to fail; 0 = any free one
    #[arg(long, value_name = "PORT", requires = "deployment")]
    pub operator_port: Option<u16>,
    /// What the front tells a Chat Server that it starts
    #[arg(long, hide = true, value_parser = Node::parse)]
    pub node: Option<Node>,
}
