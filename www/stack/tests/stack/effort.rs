//! How much is tried by tests that never have tried everything: little in every run, more in long runs, by variables of the
//! environment.

/// How often each of the tests kills that kill at random moments.
pub fn kills(otherwise: usize) -> usize {
    number("CX_STACK_KILLS", otherwise)
}

/// How many examples schemathesis makes up for an operation in each of its phases.
pub fn examples(otherwise: usize) -> usize {
    number("CX_STACK_EXAMPLES", otherwise)
}

fn number(variable: &str, otherwise: usize) -> usize {
    let Ok(text) = std::env::var(variable) else { return otherwise };
    let number = text.parse::<usize>().ok().filter(|number| *number > 0);
    number.unwrap_or_else(|| panic!("{variable} is no number from 1 on: {text}"))
}
