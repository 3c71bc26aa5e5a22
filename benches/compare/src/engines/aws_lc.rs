//! AWS-LC.

use aws_lc_sys as ffi;

super::bn::engine!();

pub(super) fn candidate(problem: &Rc<Problem>) -> Candidate {
    engine(name::AWS_LC, problem)
}
