package io.herd.udfs.text;

/** How special tokens are written in templates and in what they render. */
interface Coding {
  /** As they are spelled. */
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

  /** A template's source as it is rendered. */
  String source(String template);

  /** A text in which nothing is a special token. */
  String data(String text);

  /** What stands for a special token in the rendered text. */
  String token(String special);

  /** The spelling of a coded text, for messages. */
  String spelled(String coded);

  /** By private codes. */
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
