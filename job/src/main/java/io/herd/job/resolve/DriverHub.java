package io.herd.job.resolve;

import io.herd.job.config.Settings;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.FileSource;
import io.herd.udfs.hub.FoundToken;
import io.herd.udfs.hub.Handshake;
import io.herd.udfs.hub.HubClient;
import io.herd.udfs.hub.HubEnvironment;
import io.herd.udfs.hub.HubModel;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RawToken;
import io.herd.udfs.hub.RepoId;
import io.herd.udfs.hub.RepoKind;
import io.herd.udfs.hub.RepoRef;
import io.herd.udfs.hub.TokenFinder;
import io.herd.udfs.hub.cache.ModelCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;

/** The driver's access to the Hub: the token, the proof of access, its own download. */
public final class DriverHub {
  /** The name of the token in a Hadoop credential store. */
  static final String CREDENTIAL = "herd.hub.token";

  private final Settings settings;
  private final HubEnvironment environment;
  private final Optional<FoundToken> token;
  private final HubClient client;
  private final Handshake handshake;

  /**
   * Finds the token without sending a request.
   *
   * @throws UserException when what was found can't be one
   */
  public DriverHub(Settings settings, Configuration hadoop) {
    this(settings, environment(settings.hub()), hadoop);
  }

  private DriverHub(Settings settings, HubEnvironment environment, Configuration hadoop) {
    this.settings = settings;
    this.environment = environment;
    this.token = TokenFinder.find(environment, settings.hub().tokenFile(), credential(hadoop));
    this.client = new HubClient(environment, token);
    this.handshake = new Handshake(client);
  }

  private static HubEnvironment environment(Settings.Hub hub) {
    HubEnvironment environment = HubEnvironment.current();
    HubEnvironment addressed = hub.endpoint().map(environment::withEndpoint).orElse(environment);
    return hub.cache().map(addressed::withCache).orElse(addressed);
  }

  /**
   * Reads the token from a credential store only: Hadoop would also accept plain text in a setting,
   * which everybody can read.
   */
  private static Optional<RawToken> credential(Configuration hadoop) {
    try {
      for (CredentialProvider store : CredentialProviderFactory.getProviders(hadoop)) {
        CredentialProvider.CredentialEntry entry = store.getCredentialEntry(CREDENTIAL);
        if (entry != null) {
          return Optional.of(
              new RawToken(
                  CREDENTIAL + " in the credential store " + store,
                  new String(entry.getCredential())));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new SystemException("can't read Hadoop's credential store: " + e.getMessage(), e);
    }
  }

  /** Returns the token that would be sent, if one is needed. */
  public Optional<FoundToken> token() {
    return token;
  }

  public HubEnvironment environment() {
    return environment;
  }

  /** Returns whether requests are forbidden, by the environment or the distribution. */
  public boolean offline() {
    return environment.offline() || settings.model().distribution() == Settings.Distribution.LOCAL;
  }

  /** Returns the configured model. */
  public RepoRef model() {
    return new RepoRef(RepoId.of(settings.model().id().orElseThrow()), settings.model().revision());
  }

  /** Proves access to a repository, pins its commit and lists its files. */
  public HubModel prove(RepoRef asked, RepoKind kind) {
    return handshake.prove(asked, kind);
  }

  /**
   * Returns the files of a repository in this machine's cache.
   *
   * @throws UserException when it isn't there, or not whole
   */
  public ModelManifest cached(RepoRef asked, RepoKind kind) {
    return cache()
        .cached(asked.id().text(), asked.revision(), kind)
        .orElseThrow(
            () ->
                new UserException(
                    asked
                        + " is missing or incomplete in the Hub cache "
                        + environment.cache()
                        + ", and nothing may be downloaded ("
                        + (environment.offline()
                            ? "HF_HUB_OFFLINE"
                            : "herd.model.distribution = local")
                        + ")",
                    "download it with submit/herd fetch where the network is available, or allow"
                        + " downloads here."));
  }

  /** Downloads the wanted files that this machine's cache lacks. */
  public Path fetch(
      ModelManifest manifest, Predicate<ModelManifest.Entry> wanted, FetchProgress progress) {
    try {
      return cache().fetch(manifest, wanted, source(manifest), progress);
    } catch (InterruptedException e) {
      throw SystemException.interrupted("the model was downloaded", e);
    }
  }

  private FileSource source(ModelManifest manifest) {
    return client.files(RepoId.of(manifest.id()), manifest.commit());
  }

  /** Records the branch or tag, so that later offline runs and other clients find it. */
  public void remember(ModelManifest manifest, RepoRef asked) {
    cache().remember(manifest, asked.revision());
    if (!manifest.id().equals(asked.id().text())) {
      cache().renamed(asked.id().text(), manifest.id());
    }
  }

  private ModelCache cache() {
    return new ModelCache(environment.cache());
  }
}
