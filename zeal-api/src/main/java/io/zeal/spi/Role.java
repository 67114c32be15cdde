package io.zeal.spi;

/** What a backend is opened for; decorators look at it. */
public enum Role {
  /** The backend the application talks to. */
  PRIMARY,
  /** The private first level of another backend. */
  NEAR,
  /** The shared second level of another backend. */
  FAR,
  /** Any other use inside Zeal. */
  AUXILIARY
}
