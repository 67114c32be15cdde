package io.zeal.benchmarks;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/**
 * What is asked of Zeal: at most {@code maxRatio} times the time of {@code peer}, in the same run.
 *
 * @param peer the name of a candidate
 * @param maxRatio the largest median of Zeal's time divided by the peer's
 * @param demanded whether missing it fails {@code --check}; otherwise it is shown and no more
 */
public record Goal(String peer, double maxRatio, boolean demanded) {

  /** A goal that {@code --check} insists on. */
  public static Goal demanded(String peer, double maxRatio) {
    return new Goal(peer, maxRatio, true);
  }

  /** A goal that is shown, for work that is still to be done. */
  public static Goal informative(String peer, double maxRatio) {
    return new Goal(peer, maxRatio, false);
  }

  /** Whether a measured ratio is good enough. */
  public boolean isMetBy(double ratio) {
    return ratio <= maxRatio;
  }

  @Override
  public String toString() {
    return "<= " + ratio(maxRatio) + (demanded ? "" : " (info)");
  }

  /** As the ratios are shown, and a third place where an eighth would look like more. */
  private static String ratio(double ratio) {
    return new DecimalFormat("0.00#", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(ratio);
  }
}
