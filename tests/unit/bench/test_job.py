"""What goes between a run and its workers."""

from hypothesis import given
from hypothesis import strategies as st

from unitdocs.bench.job import BatchTimes, FrameTimes, Job, JobKind, Revisions, RoundCounts, RoundResult

whole = st.integers(0, 2**63)
seeds = st.integers(0, 2**32 - 1)
pairs = st.tuples(whole, whole)
roots = st.lists(st.text()).map(tuple)
revisions = st.builds(Revisions, st.tuples(st.text(), st.text()), st.tuples(roots, roots), st.text(), st.text())
jobs = st.builds(
    Job,
    st.sampled_from(JobKind),
    st.text(),
    st.text(),
    st.tuples(st.text(), st.text()),
    seeds,
    seeds,
    st.booleans(),
    st.floats(0, 1e6),
    st.text(),
    st.none() | revisions,
)
batches = st.tuples(st.lists(whole), st.lists(whole))
times = st.builds(BatchTimes, st.text("AB"), pairs, batches, batches)
rates = st.dictionaries(st.text(), st.tuples(st.none() | pairs, st.none() | pairs))
frames = st.builds(FrameTimes, st.text("AB"), whole, batches, batches)
said = st.dictionaries(st.text(), st.text())
counts = st.builds(RoundCounts, pairs, pairs, rates, st.none() | st.tuples(said, said))
arms = st.integers(0, 1)
answers = st.builds(
    RoundResult,
    st.none() | st.text(),
    st.none() | st.text(),
    arms,
    arms,
    st.none() | times,
    st.none() | frames,
    st.none() | counts,
)


@given(jobs)
def test_a_job_arrives_as_it_was_sent(job: Job) -> None:
    assert Job.from_json(job.to_json()) == job


@given(answers)
def test_an_answer_arrives_as_it_was_sent(answer: RoundResult) -> None:
    assert RoundResult.from_json(answer.to_json()) == answer
