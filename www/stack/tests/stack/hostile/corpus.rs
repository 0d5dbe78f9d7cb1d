//! What is sent: parts of paths, queries, headers and bodies that make no sense.

use serde_json::Value;

/// Parts of paths, as they go over the wire.
pub const SEGMENTS: [&str; 14] = [
    "%FF",
    "%00",
    "%",
    "%zz",
    "..%2F..%2Foutside.txt",
    "%2e%2e",
    "%252e%252e%252f",
    "%F0%9F%98%80",
    "-1",
    "99999999999999999999",
    "%7B%7D",
    "'%20OR%201=1--",
    "a%0d%0aX-Injected:%201",
    "%E2%80%AE",
];

/// Values of a query.
pub const QUERIES: [&str; 6] = [
    "a=%ff&a=%00&=&&==",
    "transcriptPosition=-9223372036854775808&count=18446744073709551616&pageSize=0&pageNumber=0",
    "pageNumber=18446744073709551615&pageSize=100&maxResults=-1&after=x&before=%FF",
    "search=%25_%27&index=0--1&ticket=%00",
    "start=9999-12-31T23:59:59Z&end=0000-01-01T00:00:00Z&number-of-days=9223372036854775807",
    "start=9999-12-31T23:59:59Z&number-of-days=31&max-time-slots=9223372036854775807&_desired_time=9999-12-31T23:59:59Z",
];

/// Headers that make no sense, each in a request of its own.
pub const HEADERS: [(&str, &str); 14] = [
    ("Cookie", "desk=;;;=;\u{1f600}"),
    ("Cookie", "BAYEUX_BROWSER=../../x"),
    ("Origin", "null"),
    ("Origin", "http://[::1"),
    ("Authorization", "Bearer"),
    ("Authorization", "Bearer e30.e30."),
    ("Range", "bytes=9-1,99999999999999999999-"),
    ("If-Modified-Since", "yesterday"),
    ("X-Forwarded-Proto", "javascript"),
    ("Host", "a\u{fe}b:99999"),
    ("Upgrade", "websocket"),
    ("Accept-Encoding", "gzip;q=nan, br;q=-1"),
    ("gms_user", "\u{ff}"),
    ("Expect", "a miracle"),
];

/// Bodies with the media type that they claim to be.
pub fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let (form, json, multipart) =
        ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=X");
    let part = |name: &str, rest: &str| format!("--X\r\nContent-Disposition: form-data; name={name}\r\n{rest}");
    let mut bodies: Vec<(&str, Vec<u8>)> = Vec::new();
    for body in [
        "",
        "%",
        "%zz=%&=&&==",
        "userData[=1&userData]=2&userData[[[]]]=3&userData[a]b=4&userData[]=5",
        "transcriptPosition=99999999999999999999&nickname=%00&firstName=%ff&lastName=%fe",
        "_desired_time=9999-12-31T23:59:59Z&_customer_number=1",
        "_new_desired_time=-9999-01-01T00:00:00Z",
        "eventAttributes=[[[[&message=%E2%80%AE&messageType=%00",
        "step=card&nonce=&number=%00%ff&expiry=%2f%2f",
        "data[type]=%00&data[text]=%ff&data[[[=1&operationId=",
        "message=%5B%7B%22channel%22%3A%22%2Fmeta%2Fhandshake%22%7D%5D",
        "pushUrl=javascript:alert(1)&message=javascript:alert(1)",
        "nickname=%0d%0aSet-Cookie:%20a=b&endpoint=::::",
    ] {
        bodies.push((form, body.as_bytes().to_vec()));
    }
    bodies.push((form, [b"userData".to_vec(), b"[a]".repeat(20_000), b"=1".to_vec()].concat()));
    bodies.push((form, b"\xff\xfe\x00".to_vec()));
    for body in [
        "",
        "null",
        "[]",
        "{",
        "\"",
        "{\"text\":1}",
        "{\"name\":{\"a\":[]},\"skills\":{\"x\":99999999999999999999}}",
        "{\"name\":\"\\ud800\"}",
        "{\"a\":1e999999}",
        "{\"text\":\"\",\"visibility\":\"\u{0}\"}",
        "[{\"channel\":\"/meta/connect\"},1,null,[]]",
        "{\"channel\":\"/service/chatV2/x\",\"data\":{\"operation\":{}}}",
        "{\"userData\":{\"a\":{\"b\":[1,2]}}}",
        "{\"memberInfo\":{\"displayName\":[]},\"routingTarget\":{\"priority\":-1}}",
        "{\"types\":[\"\",null]}",
        "{\"mode\":\"off\",\"mode\":\"coach\"}",
        "{\"agent\":\"\",\"group\":\"\",\"note\":\"\u{202e}\"}",
    ] {
        bodies.push((json, body.as_bytes().to_vec()));
    }
    bodies.push((json, b"[".repeat(100_000)));
    bodies.push((json, [b"{\"a\":".repeat(50_000), b"1".to_vec(), b"}".repeat(50_000)].concat()));
    bodies.push((json, b"\xff\xfe{\x00}\x00".to_vec()));
    for body in [
        String::new(),
        "--X".to_owned(),
        "--X--\r\n".to_owned(),
        part("file", ""),
        part("\"file\"; filename=\"a.png\"", "\r\nno end"),
        part("\"file\"; filename=\"../../etc/passwd\"", "Content-Type: \u{1}/\u{2}\r\n\r\nx\r\n--X--\r\n"),
        part("\"userId\"", "\r\n\u{0}\r\n--X--\r\n"),
        part("", "\r\nx\r\n--Y--\r\n"),
    ] {
        bodies.push((multipart, body.into_bytes()));
    }
    for kind in [
        "multipart/form-data",
        "application/json; charset=utf-16",
        "text/html",
        "a/b/c;;=",
        "application/x-www-form-urlencoded;",
    ] {
        bodies.push((kind, b"{\"text\":\"x\"}&userId=1".to_vec()));
    }
    bodies
}

/// The paths of an operation with values in them: those that are there, with each word that a parameter may be, and hostile
/// ones in each place. The number says how many are good.
pub fn paths(path: &str, operation: &Value, live: &Value) -> (Vec<String>, usize) {
    let names: Vec<&str> = path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    let parameters = operation["parameters"].as_array().unwrap();
    let words = |name: &str| -> Vec<String> {
        let own = parameters.iter().find(|parameter| parameter["name"] == name && parameter["in"] == "path").unwrap();
        match (own["schema"]["enum"].as_array(), live[name].as_str()) {
            (Some(words), _) => words.iter().map(|word| word.as_str().unwrap().to_owned()).collect(),
            (None, known) => vec![known.unwrap_or_else(|| panic!("what is {name} of {path}?")).to_owned()],
        }
    };
    let mut good = vec![path.to_owned()];
    for name in &names {
        let words = words(name);
        good =
            good.iter().flat_map(|path| words.iter().map(|word| path.replace(&format!("{{{name}}}"), word))).collect();
    }
    let count = good.len();
    for name in &names {
        let others = names.iter().filter(|other| *other != name);
        let rest = others.fold(path.to_owned(), |path, name| path.replace(&format!("{{{name}}}"), &words(name)[0]));
        good.extend(SEGMENTS.iter().map(|segment| rest.replace(&format!("{{{name}}}"), segment)));
    }
    (good, count)
}

/// A body with the customer's ids before all else.
pub fn with_ids(kind: &str, body: &[u8], ids: &[(&str, &str)]) -> Vec<u8> {
    let before: String = if kind.starts_with("multipart/form-data; boundary=X") {
        let part = |&(name, value): &(&str, &str)| {
            format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        ids.iter().map(part).collect()
    } else if body.starts_with(b"{\"") {
        let fields: String = ids.iter().map(|(name, value)| format!("\"{name}\":\"{value}\",")).collect();
        return [b"{", fields.as_bytes(), &body[1..]].concat();
    } else {
        ids.iter().map(|(name, value)| format!("{name}={value}&")).collect()
    };
    [before.as_bytes(), body].concat()
}
