//! browser_tests
