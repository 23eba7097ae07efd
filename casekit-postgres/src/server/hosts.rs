//! The hosts of an address, each with what the address says of all.

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// The same for each host alone, since the client limits only how long the network takes to one of several.
pub(super) fn one_by_one(config: &Config) -> Vec<Config> {
    let (names, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
    let count = names.len().max(addresses.len());
    let is_even = |n: usize| n <= 1 || n == count;
    if count <= 1
        || !is_even(ports.len())
        || !(names.is_empty() || addresses.is_empty() || names.len() == addresses.len())
    {
        // The client says what is wrong with it.
        return vec![config.clone()];
    }
    let alone = |place: usize| {
        let mut one = without_hosts(config);
        match names.get(place) {
            Some(Host::Tcp(name)) => drop(one.host(name)),
            #[cfg(unix)]
            Some(Host::Unix(path)) => drop(one.host_path(path)),
            None => {}
        }
        addresses.get(place).map(|address| one.hostaddr(*address));
        ports.get(place).or_else(|| ports.first()).map(|port| one.port(*port));
        one
    };
    (0..count).map(alone).collect()
}

fn without_hosts(config: &Config) -> Config {
    let mut one = Config::new();
    config.get_user().map(|user| one.user(user));
    config.get_password().map(|password| one.password(password));
    config.get_dbname().map(|name| one.dbname(name));
    config.get_options().map(|options| one.options(options));
    config.get_application_name().map(|name| one.application_name(name));
    config.get_connect_timeout().map(|limit| one.connect_timeout(*limit));
    config.get_tcp_user_timeout().map(|limit| one.tcp_user_timeout(*limit));
    config.get_keepalives_interval().map(|interval| one.keepalives_interval(interval));
    config.get_keepalives_retries().map(|retries| one.keepalives_retries(retries));
    one.ssl_mode(config.get_ssl_mode())
        .ssl_negotiation(config.get_ssl_negotiation())
        .keepalives(config.get_keepalives())
        .keepalives_idle(config.get_keepalives_idle())
        .target_session_attrs(config.get_target_session_attrs())
        .channel_binding(config.get_channel_binding())
        .load_balance_hosts(config.get_load_balance_hosts());
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_everything_that_the_address_says() {
        let others = "user=ada password=secret dbname=office options=-cgeqo=off application_name=desk sslmode=require \
            sslnegotiation=direct connect_timeout=3 tcp_user_timeout=4 keepalives=0 keepalives_idle=5 keepalives_interval=6 \
            keepalives_retries=7 target_session_attrs=read-write channel_binding=require load_balance_hosts=random";
        let of = |hosts: &str| format!("{hosts} {others}").parse::<Config>().unwrap();
        for (all, each) in [
            ("host=a,b port=1,2", ["host=a port=1", "host=b port=2"]),
            ("host=a,/run/b port=3", ["host=a port=3", "host=/run/b port=3"]),
            ("hostaddr=10.0.0.1,10.0.0.2", ["hostaddr=10.0.0.1", "hostaddr=10.0.0.2"]),
            ("host=a,b hostaddr=10.0.0.1,10.0.0.2", ["host=a hostaddr=10.0.0.1", "host=b hostaddr=10.0.0.2"]),
        ] {
            assert_eq!(one_by_one(&of(all)), each.map(of), "{all}");
        }
        for whole in ["host=a", "host=a,b port=1,2,3", "host=a,b hostaddr=10.0.0.1"] {
            assert_eq!(one_by_one(&of(whole)), [of(whole)], "{whole}");
        }
    }
}
