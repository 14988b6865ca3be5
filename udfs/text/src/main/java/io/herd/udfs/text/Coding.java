package io.herd.udfs.text;

/** How special tokens are represented in templates and in rendered text. */
interface Coding {
  /** Special tokens as they are spelled. */
  Coding NONE =
      new Coding() {
        @Override
        public String source(String template) {
          return template;
        }

        @Override
        public String data(String text) {
          return text;
        }

        @Override
        public String token(String special) {
          return special;
        }

        @Override
        public String spelled(String coded) {
          return coded;
        }
      };

  /** Converts a template's source. */
  String source(String template);

  /** Converts a text in which nothing is a special token. */
  String data(String text);

  /** Returns a special token's representation in the rendered text. */
  String token(String special);

  /** Returns the spelling of a coded text, for messages. */
  String spelled(String coded);

  /** Represents special tokens by private codes. */
  static Coding by(Specials specials) {
    return new Coding() {
      @Override
      public String source(String template) {
        return specials.codeSource(template);
      }

      @Override
      public String data(String text) {
        return Specials.escape(text);
      }

      @Override
      public String token(String special) {
        return specials.code(special);
      }

      @Override
      public String spelled(String coded) {
        return specials.expand(coded).text();
      }
    };
  }
}
