//! Why a stack does not start, in one sentence each.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::store::StoreError;

/// Why the stack did not start. Each text is one sentence that says what to do.
#[derive(Debug)]
pub enum StartError {
    /// A port cannot be had.
    Listen {
        /// Which server.
        server: &'static str,
        /// Host and port.
        address: String,
        /// Flag that chooses another port.
        flag: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// A flag's value is no origin or address.
    NotAnOrigin {
        /// The flag.
        flag: &'static str,
        /// Its value.
        value: String,
    },
    /// A folder for the database cannot be made in this one.
    Folder(PathBuf, io::Error),
    /// The settings file cannot be used.
    Settings(String),
    /// A callflow cannot be used.
    Callflow(String),
    /// The file of services cannot be used.
    Services(String),
    /// The deployment file cannot be used.
    Deployment(String),
    /// A Chat Server of its own process does not start.
    Process(io::Error),
    /// The file of the workflow cannot be used.
    Workflow(String),
    /// The file of standard responses cannot be used.
    Responses(String),
    /// The database cannot be used.
    Store(PathBuf, StoreError),
}

impl StartError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "cannot_listen",
            Self::NotAnOrigin { .. } => "not_an_origin",
            Self::Folder(..) => "no_folder",
            Self::Settings(_) => "bad_settings",
            Self::Callflow(_) => "bad_callflow",
            Self::Services(_) => "bad_services",
            Self::Deployment(_) => "bad_deployment",
            Self::Process(_) => "no_process",
            Self::Workflow(_) => "bad_workflow",
            Self::Responses(_) => "bad_standard_responses",
            Self::Store(..) => "store_failed",
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { server, address, flag, error } if error.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "the port of the {server}, {address}, is in use; choose another one with {flag} (0 = any)")
            }
            Self::Listen { server, address, flag, error } => {
                write!(f, "the {server} cannot listen on {address} ({error}); see --host and {flag}")
            }
            Self::NotAnOrigin { flag, value } => {
                write!(f, "{flag} needs an address such as https://shop.example, not {value:?}")
            }
            Self::Folder(path, error) => write!(f, "cannot make a folder in {} ({error}); see --db", path.display()),
            Self::Settings(fault) => write!(f, "--server-settings: {fault}"),
            Self::Callflow(faults) => write!(f, "--callflow: {faults}"),
            Self::Services(fault) => write!(f, "--services: {fault}"),
            Self::Deployment(fault) => write!(f, "--deployment: {fault}"),
            Self::Process(error) => write!(f, "a Chat Server cannot be started ({error})"),
            Self::Workflow(fault) => write!(f, "--workflow: {fault}"),
            Self::Responses(fault) => write!(f, "--standard-responses: {fault}"),
            Self::Store(path, error) => write!(f, "cannot use {}: {error}; see --db", path.display()),
        }
    }
}

impl std::error::Error for StartError {}
