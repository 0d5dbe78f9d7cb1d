//! Options of a Chat Immediate service and of the inbound chat application (Chat Immediate, "Configuration Options" and
//! "Setting up Acceptance of a Chat Interaction").

use cx_stack::gms::v1::options::{InboundOptions, Services};
use cx_stack::{Stack, StartError};

use crate::binary;
use crate::harness::Folder;

const GOOD: &str = "[service.billing]\n_target=Billing@StatServer.GA\n_urs_virtual_queue=VQ_Billing\n";

fn faults(lines: &str) -> String {
    Services::parse(lines).unwrap_err()
}

#[test]
fn predefined_values_are_there_without_being_written() {
    let services = Services::parse(GOOD).unwrap();
    let options = &services.services["billing"];
    assert_eq!((options.media_type.as_str(), options.kind.as_str(), options.ttl), ("chat", "ors", 86_400));
    assert!(!options.wait_for_agent && !options.wait_for_user_confirm && !options.use_debug_push_certificate);
    assert_eq!(options.virtual_queue, "VQ_Billing");
    assert_eq!(options.prioritization_strategy, "WaitForTarget");
    assert_eq!(options.strategy_update_sub_routine, "SetRouteDelay");
    assert_eq!((options.targets.len(), options.queued_ttl), (1, None));
    assert_eq!(services.inbound, InboundOptions { find_agent_timeout: 30, selected_agent_group: None });
    let written = "_media_type=chat\n_wait_for_agent=false\n_wait_for_user_confirm = false\n_ttl=604800\n_type=ors\n\
                   _use_debug_push_certificate=true\n_urs_prioritization_strategy=Ours\n\
                   _urs_strategy_update_sub_routine=Delay\n_urs_queued_ttl=120\n\n# a remark\n[inbound_chat]\n\
                   app_find_agent_timeout=12\napp_selected_agent_group=Front\n";
    let services = Services::parse(&format!("{GOOD}{written}")).unwrap();
    let options = &services.services["billing"];
    assert_eq!((options.ttl, options.queued_ttl, options.use_debug_push_certificate), (604_800, Some(120), true));
    assert_eq!(
        (options.prioritization_strategy.as_str(), options.strategy_update_sub_routine.as_str()),
        ("Ours", "Delay")
    );
    let front = Some("Front".to_owned());
    assert_eq!(services.inbound, InboundOptions { find_agent_timeout: 12, selected_agent_group: front });
}

#[test]
fn mandatory_and_fixed_options_are_checked() {
    for (line, fault) in [
        ("_media_type=voice", "(_media_type) must be chat"),
        ("_type=builtin", "(_type) must be ors"),
        ("_wait_for_agent=true", "_wait_for_agent must be false"),
        ("_wait_for_agent=maybe", "(_wait_for_agent) must be true or false"),
        ("_wait_for_user_confirm=true", "_wait_for_user_confirm needs _wait_for_agent=true"),
        ("_ttl=soon", "(_ttl) must be a number of seconds"),
        ("_ttl=-1", "(_ttl) must be a number of seconds"),
        ("_use_debug_push_certificate=1", "(_use_debug_push_certificate) must be true or false"),
        ("_urs_queued_ttl=x", "(_urs_queued_ttl) must be a number of seconds"),
        ("_urs_prioritization_strategy=", "must not be empty"),
        ("_urs_strategy_update_sub_routine=", "must not be empty"),
        ("_colour=blue", "(_colour) is no option of [service.billing]"),
        ("_ttl=1\n_ttl=2", "(_ttl) is there twice"),
        ("nonsense", "is no name=value"),
        ("[inbound_chat]\napp_find_agent_timeout=x", "(app_find_agent_timeout) must be a number"),
        ("[inbound_chat]\napp_colour=x", "is no option of [inbound_chat]"),
        ("[other]", "[other] is neither"),
    ] {
        let text = faults(&format!("{GOOD}{line}\n"));
        assert!(text.contains(fault), "{line}: {text}");
    }
    for (missing, lines) in
        [("_target", "[service.x]\n_urs_virtual_queue=q"), ("_urs_virtual_queue", "[service.x]\n_target=B@S.GA")]
    {
        assert!(faults(lines).contains(&format!("[service.x] needs {missing}")));
    }
    assert!(faults("_ttl=1").contains("stands before any"));
    assert!(faults("[service.x]\n_target=B\n_urs_virtual_queue=q").contains("line 2 (_target) must be target@"));
}

#[test]
fn a_queued_ttl_that_is_not_the_time_of_all_targets_is_remarked() {
    let targets = r#"_target=[{"target":"A@S.GA","timeout":"30"},{"target":"B@S.GA"}]"#;
    let of = |seconds: u32| format!("[service.x]\n{targets}\n_urs_virtual_queue=q\n_urs_queued_ttl={seconds}\n");
    let inbound = "[inbound_chat]\napp_find_agent_timeout=20\n";
    let remarks = |text: &str| Services::parse(text).unwrap().remarks();
    let remark = "[service.x] _urs_queued_ttl is 300 s, and the time of all targets together 50 s";
    assert_eq!(remarks(&format!("{}{inbound}", of(300))), [remark]);
    assert!(remarks(&format!("{}{inbound}", of(50))).is_empty() && remarks(&of(60)).is_empty());
    assert!(remarks(GOOD).is_empty(), "what is not written is none");

    // Whoever starts it reads the remark, and it starts.
    let folder = Folder::new();
    let file = folder.0.join("services.ini");
    std::fs::write(&file, format!("{}{inbound}", of(300))).unwrap();
    let mut process = binary::Running::start(&folder, &["--services", file.to_str().unwrap()]);
    assert!(process.is_ready());
    assert_eq!(process.complaints(), format!("{remark}\n"));
}

#[tokio::test]
async fn all_faults_are_told_at_the_start() {
    let folder = Folder::new();
    let mut config = folder.config();
    let file = folder.0.join("services.ini");
    std::fs::write(&file, "[service.x]\n_type=builtin\n_ttl=x\n").unwrap();
    config.services = Some(file);
    let Err(StartError::Services(text)) = Stack::start(&config).await else { panic!("it has started") };
    assert_eq!(text.lines().count(), 4, "{text}");
    config.services = Some(folder.0.join("missing.ini"));
    assert!(matches!(Stack::start(&config).await, Err(StartError::Services(_))));
}
