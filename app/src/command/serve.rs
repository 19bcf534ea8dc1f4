//! `rondo serve`: the page and the API over one data folder.

use access::{Actor, Permission};
use anyhow::{Result, bail};
use api::{App, Authentication, Options};
use connectors::{Deliverer, Mailer, MailerError};
use store::sqlite::Durability;

use crate::cli::{Auth, Mail, Serve};
use crate::page::EmbeddedPage;
use crate::workspace::Workspace;
use crate::{pack, say, server};

pub(crate) fn serve(options: &Serve) -> Result<()> {
    check(options)?;
    let mailer = mailer(&options.mail)?;
    let workspace = Workspace::open_with(&options.data, durability(options))?;
    workspace.run(async |runtime| {
        let demo = if options.demo { Some(pack::load_sample(runtime).await?) } else { None };
        let authentication = match options.auth {
            Auth::Required => Authentication::Required,
            Auth::None => Authentication::None,
        };
        let app_options = Options { authentication, secure_cookie: options.behind_proxy };
        let app = App::new(runtime.clone(), Box::new(EmbeddedPage), app_options)
            .map_err(|problem| anyhow::anyhow!(problem.detail))?;
        let set_up = runtime
            .read(&Actor::system(), &Permission::ManageUsers, |read| read.any_credential())
            .await?;
        let listener = server::listen(options.listen).await?;
        let address = format!("http://{}", listener.local_addr()?);
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
        say::line("stop with Ctrl-C");
        let deliverer = Deliverer::start(runtime.clone(), mailer, connectors::Settings::default());
        let served = server::serve(listener, app).await;
        deliverer.stop().await;
        served
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

/// Refuses what would open a workspace to strangers.
fn check(options: &Serve) -> Result<()> {
    let loopback = options.listen.ip().is_loopback();
    if !loopback && !options.behind_proxy {
        bail!(
            "`{}` can be reached from other machines without encryption; listen on 127.0.0.1, or put a \
             proxy with TLS in front and say --behind-proxy",
            options.listen
        );
    }
    if !loopback && options.auth == Auth::None {
        bail!("`--auth none` is for a loopback address only; listen on 127.0.0.1");
    }
    if !loopback && options.demo {
        bail!("`--demo` makes users whose passwords everybody knows; listen on 127.0.0.1");
    }
    Ok(())
}
