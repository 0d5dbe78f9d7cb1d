//! Plays agent and customer by itself, at a pace that one can watch, from the first hello to the paid card.
//!
//! Flags: `--visible` shows the windows on the screen, `--pace SECONDS` is the pause between two steps,
//! `--pictures FOLDER` keeps a picture of both sides at each step, `--dark` prefers a dark colour scheme, `--mobile` gives
//! the customer a phone's window, `--page PATH` another page of the website.

use anyhow::{Context, Result, bail};
use e2e::agent::Agent;
use e2e::browser::{Driver, Window};
use e2e::customer::{CARD, CLOSE, Customer};
use e2e::stack::Stack;
use std::path::PathBuf;
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<()> {
    let stage = Stage::from_flags()?;
    let stack = Stack::start(&[]).await?;
    println!("Website     {}\nAgent desk  {}\n", stack.site, stack.desk);
    let driver = Driver::start().await?;
    let half = Window { width: 1240, height: 960, visible: stage.visible, dark: stage.dark, ..Window::default() };
    let (width, height) = if stage.mobile { (390, 844) } else { (half.width, half.height) };
    let customer = Customer::visit(&driver, &stack, &stage.page, Window { width, height, ..half }).await?;
    let agent = Agent::log_in(&driver, &stack, Window { left: half.width, ..half }).await?;
    play(&stage, &customer, &agent).await
}

async fn play(stage: &Stage, customer: &Customer, agent: &Agent) -> Result<()> {
    let step = async |text: &str| stage.step(text, customer, agent).await;
    step("The customer looks at the October statement and opens the chat").await?;
    customer.start_chat_by_hand().await?;
    step("The agent accepts").await?;
    agent.accept().await?;
    agent.say("Hello Jamie, this is Alex. How can I help you?").await?;
    customer.reads("How can I help you?").await?;
    customer.say("Hi Alex, can I pay my card right here?").await?;
    agent.reads("can I pay my card right here?").await?;
    agent.say("Of course. I am opening a secure form for you; I will not see what you type.").await?;
    customer.reads("secure form").await?;
    step("The agent picks the standard response and sends the MicroApp line").await?;
    agent.insert_payment().await?;
    agent.send().await?;
    customer.enter_app("[data-testid=begin]").await?;
    customer.leave_app().await?;
    step("The MicroApp opens beside the chat; the line itself was never shown").await?;
    customer.saw_no_line().await?;
    customer.begin_payment().await?;
    agent.sees_milestone("block:Card Details").await?;
    step("The agent sees where the customer is, and nothing else").await?;
    customer.enter_card_by_hand(CARD).await?;
    agent.sees_milestone("block:Review").await?;
    step("The customer reviews the payment").await?;
    customer.pay().await?;
    agent.sees_case("MicroApp_Payment_State", "Approved").await?;
    agent.sees_state("ended").await?;
    agent.looks_at_case().await?;
    step("Paid: the reference is in Case Information, and the agent learnt the end").await?;
    e2e::browser::click(&customer.client, CLOSE).await?;
    customer.app_is_gone().await?;
    customer.say("Done, thank you!").await?;
    agent.reads("Done, thank you!").await?;
    customer.saw_no_line().await?;
    step("The chat goes on").await?;
    println!("\nThe payment is complete.");
    Ok(())
}

/// How the play is shown.
struct Stage {
    visible: bool,
    dark: bool,
    mobile: bool,
    page: String,
    pace: Duration,
    pictures: Option<PathBuf>,
    steps: std::cell::Cell<u32>,
}

impl Stage {
    fn from_flags() -> Result<Stage> {
        let mut stage = Stage {
            visible: false,
            dark: false,
            mobile: false,
            page: "/".into(),
            pace: Duration::ZERO,
            pictures: None,
            steps: Default::default(),
        };
        let mut flags = std::env::args().skip(1);
        while let Some(flag) = flags.next() {
            match flag.as_str() {
                "--visible" => stage.visible = true,
                "--dark" => stage.dark = true,
                "--mobile" => stage.mobile = true,
                "--page" => stage.page = flags.next().context("--page PATH")?,
                "--pace" => stage.pace = Duration::try_from_secs_f64(flags.next().context("--pace SECONDS")?.parse()?)?,
                "--pictures" => stage.pictures = Some(flags.next().context("--pictures FOLDER")?.into()),
                other => bail!("unknown flag {other}"),
            }
        }
        Ok(stage)
    }

    /// Says what comes next and gives the audience time to look.
    async fn step(&self, text: &str, customer: &Customer, agent: &Agent) -> Result<()> {
        self.steps.set(self.steps.get() + 1);
        println!("{:>2}. {text}", self.steps.get());
        if let Some(folder) = &self.pictures {
            std::fs::create_dir_all(folder)?;
            customer.picture(&folder.join(format!("{:02}-customer.png", self.steps.get()))).await?;
            agent.picture(&folder.join(format!("{:02}-agent.png", self.steps.get()))).await?;
        }
        tokio::time::sleep(self.pace).await;
        Ok(())
    }
}
