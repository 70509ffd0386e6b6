//! Reads the [`Config`] from `Env`, once per isolate: variables do not change while an isolate
//! lives.

use std::cell::OnceCell;
use std::rc::Rc;

use domain::config::Config;
use worker::Env;

use super::internal_error::InternalError;

thread_local! {
    static CONFIG: OnceCell<Rc<Config>> = const { OnceCell::new() };
}

/// Returns the configuration of this deployment.
pub(crate) fn config(env: &Env) -> Result<Rc<Config>, InternalError> {
    CONFIG.with(|cell| {
        if let Some(config) = cell.get() {
            return Ok(Rc::clone(config));
        }
        let lookup = |name: &str| env.var(name).ok().map(|value| value.to_string());
        let config = Rc::new(Config::read(lookup)?);
        Ok(Rc::clone(cell.get_or_init(|| config)))
    })
}
