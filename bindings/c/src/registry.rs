//! Which handle names which object.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use crate::{object::Object, trouble::Trouble};

/// Numbers are given out once and in order, so that one of an object that was freed never names another. Nobody counts to 2^64.
struct Registry {
    last: u64,
    objects: BTreeMap<u64, Arc<Object>>,
}

/// It is locked to look something up and never while something is computed.
static REGISTRY: RwLock<Registry> = RwLock::new(Registry { last: 0, objects: BTreeMap::new() });

pub(crate) fn insert(object: Object) -> u64 {
    let mut registry = write();
    registry.last += 1;
    let handle = registry.last;
    registry.objects.insert(handle, Arc::new(object));
    handle
}

pub(crate) fn get(handle: u64) -> Result<Arc<Object>, Trouble> {
    read().objects.get(&handle).cloned().ok_or_else(Trouble::no_object)
}

/// The object, which is dropped by whoever uses it last.
pub(crate) fn remove(handle: u64) -> Option<Arc<Object>> {
    write().objects.remove(&handle)
}

// Nothing in here panics half-way: a lock that another panic has poisoned guards what it always has.
fn read() -> RwLockReadGuard<'static, Registry> {
    REGISTRY.read().unwrap_or_else(PoisonError::into_inner)
}

fn write() -> RwLockWriteGuard<'static, Registry> {
    REGISTRY.write().unwrap_or_else(PoisonError::into_inner)
}
