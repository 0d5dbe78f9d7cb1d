//! The vendor's "Default Server Settings" that concern chat, under their names and with their defaults (backend 5.7).
//!
//! A change needs a restart, as with the vendor's server: the file is read once.

use std::path::Path;

/// The names, in the order of the vendor's page.
pub const NAMES: [&str; 11] = [
    "GenesysSDK.ConfigServer.ClientApplicationName",
    "GenesysSDK.ConfigServer.LoginAsApplication",
    "GenesysSDK.ConfigServer.Password",
    "GenesysSDK.ConfigServer.Server.Host",
    "GenesysSDK.ConfigServer.Server.Port",
    "GenesysSDK.ConfigServer.Username",
    "GenesysSDK.InteractionServer.ClientName",
    "GenesysSDK.InteractionServer.MediaType",
    "GenesysSDK.ServerCommunication.AttachedData.IgnoreFailures",
    "GenesysSDK.ServerCommunication.ConnectionTimeoutMillis",
    "GenesysSDK.Widgets.ProgressNotifier.Nickname",
];

/// The one whose value is never shown.
pub const PASSWORD: &str = NAMES[2];

/// The settings. Those that only matter for a real Configuration Server are kept and shown, but steer nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// `GenesysSDK.ConfigServer.ClientApplicationName`
    pub config_client_application_name: String,
    /// `GenesysSDK.ConfigServer.LoginAsApplication`
    pub config_login_as_application: bool,
    /// `GenesysSDK.ConfigServer.Server.Host`
    pub config_host: String,
    /// `GenesysSDK.ConfigServer.Server.Port`
    pub config_port: u16,
    /// `GenesysSDK.ConfigServer.Username`
    pub config_username: String,
    /// `GenesysSDK.InteractionServer.ClientName`: by this name the Interaction Server knows who changed attached data.
    pub interaction_client_name: String,
    /// `GenesysSDK.InteractionServer.MediaType`
    pub interaction_media_type: String,
    /// `GenesysSDK.ServerCommunication.AttachedData.IgnoreFailures`: go on although attached data cannot be read or written?
    pub attached_data_ignore_failures: bool,
    /// `GenesysSDK.ServerCommunication.ConnectionTimeoutMillis`: how long each call of another server is waited for, in ms.
    pub connection_timeout_millis: u32,
    /// `GenesysSDK.Widgets.ProgressNotifier.Nickname`: sender name of status messages.
    pub progress_nickname: String,
}

impl Default for ServerSettings {
    /// The vendor's defaults.
    fn default() -> Self {
        Self {
            config_client_application_name: "default".to_owned(),
            config_login_as_application: false,
            config_host: String::new(),
            config_port: 2020,
            config_username: "demo".to_owned(),
            interaction_client_name: "GAAP".to_owned(),
            interaction_media_type: "chat".to_owned(),
            attached_data_ignore_failures: false,
            connection_timeout_millis: 9000,
            progress_nickname: "MicroApp".to_owned(),
        }
    }
}

impl ServerSettings {
    /// Reads a file of `Name=Value` lines; empty lines and lines that begin with `#` are skipped.
    ///
    /// # Errors
    /// All faults at once, one a line, each with its line number and never with a value.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text =
            std::fs::read_to_string(path).map_err(|error| format!("cannot read {} ({error})", path.display()))?;
        Self::parse(&text)
    }

    /// Reads settings from text; see [`ServerSettings::read`].
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut settings = Self::default();
        let mut faults = Vec::new();
        for (number, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let result = match line.split_once('=') {
                Some((name, value)) => settings.set(name.trim(), value.trim()),
                None => Err("is no Name=Value".to_owned()),
            };
            if let Err(fault) = result {
                faults.push(format!("line {number} {fault}"));
            }
        }
        if faults.is_empty() { Ok(settings) } else { Err(faults.join("\n")) }
    }

    /// The value of a setting as a file has it; empty for the password and for what is none.
    pub fn value(&self, name: &str) -> String {
        match name {
            "GenesysSDK.ConfigServer.ClientApplicationName" => self.config_client_application_name.clone(),
            "GenesysSDK.ConfigServer.LoginAsApplication" => self.config_login_as_application.to_string(),
            "GenesysSDK.ConfigServer.Server.Host" => self.config_host.clone(),
            "GenesysSDK.ConfigServer.Server.Port" => self.config_port.to_string(),
            "GenesysSDK.ConfigServer.Username" => self.config_username.clone(),
            "GenesysSDK.InteractionServer.ClientName" => self.interaction_client_name.clone(),
            "GenesysSDK.InteractionServer.MediaType" => self.interaction_media_type.clone(),
            "GenesysSDK.ServerCommunication.AttachedData.IgnoreFailures" => {
                self.attached_data_ignore_failures.to_string()
            }
            "GenesysSDK.ServerCommunication.ConnectionTimeoutMillis" => self.connection_timeout_millis.to_string(),
            "GenesysSDK.Widgets.ProgressNotifier.Nickname" => self.progress_nickname.clone(),
            _ => String::new(),
        }
    }

    /// Whether a setting may have this value.
    ///
    /// # Errors
    /// Why not, without the value.
    pub fn check(name: &str, value: &str) -> Result<(), String> {
        if value.chars().any(char::is_control) {
            return Err(format!("({name}) must be one line"));
        }
        Self::default().set(name, value)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let boolean = || value.parse::<bool>().map_err(|_| format!("({name}) must be true or false"));
        match name {
            "GenesysSDK.ConfigServer.ClientApplicationName" => {
                value.clone_into(&mut self.config_client_application_name)
            }
            "GenesysSDK.ConfigServer.LoginAsApplication" => self.config_login_as_application = boolean()?,
            // Never kept: there is no Configuration Server to log in to.
            PASSWORD => {}
            "GenesysSDK.ConfigServer.Server.Host" => value.clone_into(&mut self.config_host),
            "GenesysSDK.ConfigServer.Server.Port" => {
                self.config_port = value.parse().map_err(|_| format!("({name}) must be a port"))?;
            }
            "GenesysSDK.ConfigServer.Username" => value.clone_into(&mut self.config_username),
            "GenesysSDK.InteractionServer.ClientName" => value.clone_into(&mut self.interaction_client_name),
            "GenesysSDK.InteractionServer.MediaType" => value.clone_into(&mut self.interaction_media_type),
            "GenesysSDK.ServerCommunication.AttachedData.IgnoreFailures" => {
                self.attached_data_ignore_failures = boolean()?;
            }
            "GenesysSDK.ServerCommunication.ConnectionTimeoutMillis" => {
                self.connection_timeout_millis =
                    value.parse().map_err(|_| format!("({name}) must be a number of milliseconds"))?;
            }
            "GenesysSDK.Widgets.ProgressNotifier.Nickname" if value.is_empty() => {
                return Err(format!("({name}) must not be empty"));
            }
            "GenesysSDK.Widgets.ProgressNotifier.Nickname" => value.clone_into(&mut self.progress_nickname),
            _ => return Err("has an unknown name".to_owned()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read_back() {
        let settings = ServerSettings::default();
        for name in NAMES {
            assert_eq!(ServerSettings::check(name, &settings.value(name)), Ok(()), "{name}");
        }
        assert!(ServerSettings::check(PASSWORD, "a\nb").is_err());
    }

    #[test]
    fn all_faults_at_once() {
        let settings = ServerSettings::parse("# us\n\nGenesysSDK.Widgets.ProgressNotifier.Nickname = Pay\n").unwrap();
        assert_eq!(settings.progress_nickname, "Pay");
        assert_eq!(settings.connection_timeout_millis, 9000);
        let faults = ServerSettings::parse("x\nGenesysSDK.ConfigServer.Server.Port=99999\nFoo=1").unwrap_err();
        assert_eq!(faults.lines().count(), 3);
        assert!(!faults.contains("99999"));
    }
}
