#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cognito_srp_fuzz::handshake::check(data));
