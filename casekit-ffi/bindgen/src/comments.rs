//! Rewrites documentation comments in uniffi's output, which are core's own text, in the idiom of the host.

use crate::docs::{self, Host};

const BEGIN: &str = "/**\n";
const END: &str = "*/";

/// The code with each documentation comment rewritten for the host. Other comments stay as they are.
#[must_use]
pub fn for_host(code: &str, host: Host) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, begun)) = rest.split_once(BEGIN) {
        let Some((block, after)) = begun.split_once(END) else { break };
        let lines: Vec<&str> = block.split('\n').collect();
        // The text before the star that ends the comment is the indentation of every line.
        let Some((indent, lines)) = lines.split_last().filter(|(indent, _)| indent.trim().is_empty()) else {
            out.push_str(before);
            out.push_str(BEGIN);
            rest = begun;
            continue;
        };
        let said: Vec<&str> = lines.iter().filter_map(|line| line.trim_start().strip_prefix('*')).collect();
        let said: Vec<&str> = said.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        out.push_str(before);
        out.push_str(BEGIN);
        for line in docs::for_host(&said.join("\n"), host).lines() {
            out.push_str(indent);
            out.push('*');
            if !line.is_empty() {
                out.push(' ');
                out.push_str(line);
            }
            out.push('\n');
        }
        out.push_str(indent);
        out.push_str(END);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_told_as_the_host_says_it_and_stays_where_it_is() {
        let code = "    /**\n     * All of it; `None` for all.\n     *\n     * Needs [`ReadCases`](Permission::ReadCases).\n     */\nfun all()\n";
        assert_eq!(
            for_host(code, Host::Kotlin),
            "    /**\n     * All of it; `null` for all.\n     *\n     * Needs `read_cases`.\n     */\nfun all()\n"
        );
        let other = "/* `None` */ /**\n * `None` */";
        assert_eq!(for_host(other, Host::Swift), other);
    }
}
