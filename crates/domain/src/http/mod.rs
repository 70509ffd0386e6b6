//! http

pub mod resource;
pub mod route;
pub mod negotiate;
pub mod paging;
pub mod problem;
pub mod batch;
pub mod import;

pub use self::batch::Item;
pub use self::import::{Imported, Line};
pub use self::negotiate::BodyKind;
pub use self::paging::{PageQuery, PageWindow};
pub use self::problem::Problem;
pub(crate) use self::resource::Resource;
pub use self::route::Route;
