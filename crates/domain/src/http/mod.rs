//! The HTTP side of the API: paths, methods, content types, pages, batches and error answers.
//!
//! This room decides which route a request has, which access a route requires, and what an error
//! answer contains. It must not read a request or carry out a route: the Worker does
//! (`src/worker/api/`). What a body means is decided in `request`. Begin with [`route`], then
//! [`problem`].

pub mod export;
pub mod resource;
pub mod route;
pub mod negotiate;
pub mod paging;
pub mod problem;
mod problem_of;
pub mod batch;
pub mod import;
pub mod portal_page;

pub use self::batch::Item;
pub use self::export::ExportFormat;
pub use self::import::{Imported, Line};
pub use self::negotiate::{BodyKind, MetricsFormat};
pub use self::paging::{PageQuery, PageWindow};
pub use self::portal_page::PortalLook;
pub use self::problem::Problem;
pub(crate) use self::resource::Resource;
pub use self::route::Route;
