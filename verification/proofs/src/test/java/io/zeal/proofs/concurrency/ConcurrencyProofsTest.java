package io.zeal.proofs.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.proofs.BrokenPromiseException;
import io.zeal.proofs.Proof;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That a process is started and understood; what it runs has its tests where it is. */
class ConcurrencyProofsTest {

  @Test
  void aProcessThatFindsNothingHolds() throws Exception {
    assertThat(proof("eviction", "1", "1000").round(1).checks()).isEqualTo(1);
  }

  @Test
  void whatAProcessSaysIsToldIfItFails() {
    assertThatThrownBy(() -> proof("evictions").round(1))
        .isInstanceOf(BrokenPromiseException.class)
        .hasMessageContaining("EnableDynamicAgentLoading")
        .hasMessageContaining("eviction SEED CALLS");
  }

  private static Proof proof(String... arguments) {
    return new ConcurrencyProof("eviction", "all is well", seed -> List.of(arguments));
  }
}
