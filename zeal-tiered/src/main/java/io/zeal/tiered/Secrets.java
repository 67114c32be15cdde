package io.zeal.tiered;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs with the current secret and verifies with each there is, so that a secret can be exchanged
 * while instances run: first everybody verifies with both, then the old one goes. Safe for
 * concurrent use.
 */
final class Secrets {

  /** The bytes of a signature. */
  static final int BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  /** How one is had that has no key yet. */
  @FunctionalInterface
  interface Macs {
    Mac get(String algorithm) throws GeneralSecurityException;
  }

  /** One secret. */
  private static final class Keyed {

    private final Macs macs;
    private final SecretKeySpec key;
    private final @Nullable Mac prototype; // never used itself, only its clones; null: no clones

    Keyed(Macs macs, byte[] secret) {
      this.macs = macs;
      this.key = new SecretKeySpec(secret, ALGORITHM);
      this.prototype = canBeCloned(make()) ? make() : null;
    }

    private static boolean canBeCloned(Mac mac) {
      try {
        return mac.clone() instanceof Mac;
      } catch (CloneNotSupportedException e) {
        return false; // a security module's, for example
      }
    }

    private Mac make() {
      try {
        Mac mac = macs.get(ALGORITHM);
        mac.init(key);
        return mac;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(ALGORITHM + " is not on this platform", e);
      }
    }

    /** A clone is had without looking for a provider and without the key's two blocks. */
    Mac mac() {
      if (prototype == null) {
        return make();
      }
      try {
        return (Mac) prototype.clone();
      } catch (CloneNotSupportedException e) {
        return make();
      }
    }
  }

  private final List<Keyed> keyed;

  Secrets(List<byte[]> secrets) {
    this(secrets, Mac::getInstance);
  }

  Secrets(List<byte[]> secrets, Macs macs) {
    this.keyed = secrets.stream().map(secret -> new Keyed(macs, secret)).toList();
  }

  /** No secret: frames are not signed. */
  static Secrets none() {
    return new Secrets(List.of());
  }

  boolean isEmpty() {
    return keyed.isEmpty();
  }

  /** The signature of {@code length} bytes of {@code frame} on a channel. */
  byte[] sign(byte[] channel, byte[] frame, int length) {
    return sign(keyed.getFirst(), channel, frame, length);
  }

  /** Whether what follows the first {@code length} bytes is their signature. */
  boolean verify(byte[] channel, byte[] frame, int length) {
    byte[] given = Arrays.copyOfRange(frame, length, frame.length);
    for (Keyed each : keyed) {
      if (MessageDigest.isEqual(sign(each, channel, frame, length), given)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] sign(Keyed keyed, byte[] channel, byte[] frame, int length) {
    Mac mac = keyed.mac();
    mac.update((byte) (channel.length >>> 8)); // ends the channel: no two pairs are one text
    mac.update((byte) channel.length);
    mac.update(channel);
    mac.update(frame, 0, length);
    return mac.doFinal();
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "Secrets[" + keyed.size() + "]";
  }
}
