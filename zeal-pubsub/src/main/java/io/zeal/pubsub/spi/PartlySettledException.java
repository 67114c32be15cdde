package io.zeal.pubsub.spi;

import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the answers given to {@link Membership#settle} are recorded, or their claims do not
 * stand; others failed and may be tried again. The cause is the error of one that failed.
 */
public final class PartlySettledException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  private final transient List<@Nullable Boolean> stood;

  /**
   * What is known.
   *
   * @param stood per answer, in their order, what {@link Membership#settle} answers, or null for
   *     one that failed
   */
  public PartlySettledException(List<@Nullable Boolean> stood, RuntimeException cause) {
    super("Some answers could not be recorded: " + cause.getMessage(), cause);
    this.stood = Collections.unmodifiableList(new ArrayList<>(stood));
  }

  /** Per answer whether the claim stood, or null where that is not known. */
  public List<@Nullable Boolean> stood() {
    return stood;
  }
}
