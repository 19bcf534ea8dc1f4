//! `rondo serve`: the page and the API over one data folder.

use std::sync::Arc;
use std::time::Duration;

use access::{Actor, Permission};
use anyhow::{Result, bail};
use api::{App, Authentication, Options};
use connectors::{Deliverer, Mailer, MailerError};
use store::sqlite::Durability;

use crate::cli::{Access, Auth, Limits, Mail, Serve};
use crate::page::EmbeddedPage;
use crate::server::{Doors, Signals, Tls};
use crate::workspace::Workspace;
use crate::{pack, say, server};

pub(crate) fn serve(options: &Serve) -> Result<()> {
    options.check()?;
    let mailer = mailer(&options.mail)?;
    let tls = options.access.tls()?;
    let slow_client = Duration::from_secs(options.limits.slow_client_seconds.into());
    let workspace =
        Workspace::open_with(&options.data, durability(options), options.limits.into())?;
    workspace.run(async |runtime| {
        let demo = if options.demo { Some(pack::load_sample(runtime).await?) } else { None };
        let authentication = match options.access.auth {
            Auth::Required => Authentication::Required,
            Auth::None => Authentication::None,
        };
        let app_options = Options {
            authentication,
            secure_cookie: options.access.behind_proxy || tls.is_some(),
            tls: tls.is_some(),
            slow_client,
            version: env!("CARGO_PKG_VERSION"),
            commit: env!("RONDO_COMMIT"),
        };
        let app = App::new(runtime.clone(), Box::new(EmbeddedPage), app_options)
            .map_err(|problem| anyhow::anyhow!(problem.detail))?;
        let set_up = runtime
            .read(&Actor::system(), &Permission::ManageUsers, |read| read.any_credential())
            .await?;
        let signals = Signals::new()?;
        let listener = server::listen(options.access.listen).await?;
        let metrics = match options.access.metrics_listen {
            Some(address) => Some(server::listen(address).await?),
            None => None,
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let address = format!("{scheme}://{}", listener.local_addr()?);
        say::line(format!("Rondo {} serves {address}", env!("CARGO_PKG_VERSION")));
        if let Some(users) = demo {
            say::line("sign in as one of the sample's users:");
            for user in users {
                say::line(format!(
                    "  {:<9} password {:<12} {}",
                    user.login, user.password, user.role
                ));
            }
        } else if !set_up && authentication == Authentication::Required {
            let token = app.open_setup().map_err(|problem| anyhow::anyhow!(problem.detail))?;
            say::line("nobody can sign in yet; make the first administrator here, once:");
            say::line(format!("  {address}/setup?token={token}"));
        }
        if let Some(metrics) = &metrics {
            say::line(format!("metrics for everybody at http://{}/metrics", metrics.local_addr()?));
        }
        say::line("stop with Ctrl-C");
        let deliverer = Deliverer::start(runtime.clone(), mailer, connectors::Settings::default());
        let doors = Doors { main: listener, metrics, tls, slow_client };
        server::serve(doors, app, signals).await;
        deliverer.stop().await;
        Ok(())
    })
}

/// What sends mails; `None` keeps them.
fn mailer(options: &Mail) -> Result<Option<Mailer>, MailerError> {
    let url = options.smtp_url.as_deref().filter(|url| !url.is_empty());
    url.map(|url| Mailer::new(url, &options.mail_from)).transpose()
}

fn durability(options: &Serve) -> Durability {
    if options.unsynced_for_tests { Durability::UnsyncedForTests } else { Durability::Synced }
}

impl Serve {
    /// Refuses what would open a workspace to strangers.
    pub(crate) fn check(&self) -> Result<()> {
        let Access { listen, behind_proxy, auth, tls_certificate, tls_key, .. } = &self.access;
        if tls_certificate.is_some() != tls_key.is_some() {
            bail!("a certificate and its key go together; give both tls_certificate and tls_key");
        }
        let loopback = listen.ip().is_loopback();
        if !loopback && !behind_proxy && tls_certificate.is_none() {
            bail!(
                "`{listen}` can be reached from other machines without encryption; listen on 127.0.0.1, \
                 give a certificate by --tls-certificate and --tls-key, or put a proxy with TLS in front and say --behind-proxy"
            );
        }
        if *auth == Auth::None {
            if *behind_proxy {
                bail!(
                    "`--auth none` would let in everybody whom the proxy of `--behind-proxy` brings; leave out \
                     one of them"
                );
            }
            if !loopback {
                bail!("`--auth none` is for a loopback address only; listen on 127.0.0.1");
            }
        }
        if self.demo {
            if *behind_proxy {
                bail!(
                    "`--demo` makes users whose passwords everybody knows, also those whom the proxy of \
                     `--behind-proxy` brings; leave out one of them"
                );
            }
            if !loopback {
                bail!("`--demo` makes users whose passwords everybody knows; listen on 127.0.0.1");
            }
        }
        Ok(())
    }
}

impl Access {
    /// What encrypts, where the server does so itself.
    fn tls(&self) -> Result<Option<Arc<Tls>>> {
        match (&self.tls_certificate, &self.tls_key) {
            (Some(certificate), Some(key)) => Ok(Some(Arc::new(Tls::read(certificate, key)?))),
            _ => Ok(None),
        }
    }
}

impl From<Limits> for runtime::Settings {
    fn from(limits: Limits) -> Self {
        let count = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        Self {
            waiting_commands: count(limits.waiting_commands),
            cached_instances: count(limits.cached_instances),
            readers: count(limits.readers),
            read_notifications_days: limits.read_notifications_days,
            ..Self::default()
        }
    }
}
