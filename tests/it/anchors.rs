//! The page on heads kept elsewhere, run as it is written: with OpenSSL, a key of our own, and a time-stamp service of our
//! own in the place of one that is asked by `curl`. Without those programs nothing is tried, which `.ci/skipped` says.

use std::path::Path;
use std::process::{Command, Output};

use casekit::{Fault, HeadSignature, SignedHead};

use crate::build::Office;

const PAGE: &str = include_str!("../../docs/anchors.md");

/// Keys, certificates, and a `curl` that asks the service here. The root issues for the authority between, that for the
/// service, whose certificate ends tomorrow.
const SERVICE: &str = r#"
openssl genpkey -algorithm ed25519 -out key.pem
openssl pkey -in key.pem -pubout -out public.pem
ec="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $ec -keyout root.key -out root.pem -days 3650 -subj /CN=Root
issue() {
    openssl req $ec -keyout "$1.key" -out "$1.csr" -subj "/CN=$1"
    printf "$5" > "$1.ext"
    openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$4" -out "$3.pem" -extfile "$1.ext"
}
issue between root between 3650 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign'
issue stamps between stamps 1 'extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature'
mv between.pem service.pem
echo 01 > serial
cat > stamps.cnf <<END
[tsa]
default_tsa = stamps
[stamps]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
END
mkdir bin
cat > bin/curl <<END
#!/bin/sh
exec openssl ts -reply -config stamps.cnf -queryfile head.tsq -signer stamps.pem -inkey stamps.key -out head.tsr
END
chmod +x bin/curl
"#;

fn run(folder: &Path, script: &str) -> Output {
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", script]).current_dir(folder);
    bash.env("PATH", path).env("TIME_STAMP_SERVICE", "https://stamps.example.com").output().unwrap()
}

fn works(folder: &Path, script: &str) -> bool {
    run(folder, script).status.success()
}

/// The blocks of the page that are for a shell, in order.
fn blocks() -> Vec<&'static str> {
    PAGE.split("```sh\n").skip(1).map(|rest| rest.split_once("```").expect("the block ends").0).collect()
}

/// A head of a file, signed through OpenSSL by a signer of the application's.
fn signed(folder: &Path) -> SignedHead {
    let office = Office::on_file();
    let head = office.auditor().audit_head().unwrap();
    let sign = |statement: &[u8]| {
        std::fs::write(folder.join("statement"), statement).unwrap();
        let made =
            run(folder, "openssl pkeyutl -sign -rawin -inkey key.pem -in statement -out statement.sig");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let signature = std::fs::read(folder.join("statement.sig")).unwrap();
        Ok::<_, Fault>(HeadSignature { key_id: "audit".into(), algorithm: "ed25519".into(), signature })
    };
    head.signed_by(&sign).unwrap()
}

#[test]
fn the_commands_of_the_page_check_a_signature_and_a_time_stamp_and_refuse_others() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    if !works(folder, "command -v openssl && command -v jq && command -v xxd && date -d @0") {
        return;
    }
    let made = run(folder, SERVICE);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let signed = signed(folder);
    let keep = |signed: &SignedHead| {
        std::fs::write(folder.join("signed.json"), serde_json::to_vec(signed).unwrap()).unwrap();
    };
    keep(&signed);
    let [check, stamp, later] = blocks()[..] else { panic!("three blocks: {:?}", blocks()) };
    for block in [check, stamp, later] {
        let answer = run(folder, block);
        assert!(answer.status.success(), "{block}{}", String::from_utf8_lossy(&answer.stderr));
    }
    assert_eq!(
        std::fs::read(folder.join("head.txt")).unwrap(),
        std::fs::read(folder.join("statement")).unwrap()
    );

    // In ten years: only as of its own time.
    let (of_then, _) = later.rsplit_once(" -attime").unwrap();
    assert!(!works(folder, &format!("{of_then} -attime $(date -d '10 years' +%s)")));

    let mut other = signed.clone();
    other.head.events += 1;
    keep(&other);
    assert!(!works(folder, check), "the signature is over another head");
    assert!(!works(folder, later), "and so is the stamp");
}
