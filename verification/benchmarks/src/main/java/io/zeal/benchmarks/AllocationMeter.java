package io.zeal.benchmarks;

/** Measures what one operation allocates on the heap. */
@FunctionalInterface
interface AllocationMeter {

  /** Bytes per operation. */
  double bytesPerOperation(Benchmark benchmark, Setting setting, Candidate candidate)
      throws Exception;
}
