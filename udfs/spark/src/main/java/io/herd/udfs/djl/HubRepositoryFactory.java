package io.herd.udfs.djl;

import ai.djl.repository.Repository;
import ai.djl.repository.RepositoryFactory;
import io.herd.udfs.SystemException;
import io.herd.udfs.UserException;
import io.herd.udfs.hub.FetchProgress;
import io.herd.udfs.hub.Handshake;
import io.herd.udfs.hub.HubClient;
import io.herd.udfs.hub.HubEnvironment;
import io.herd.udfs.hub.ModelManifest;
import io.herd.udfs.hub.RepoId;
import io.herd.udfs.hub.TokenFinder;
import io.herd.udfs.hub.cache.ModelCache;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the URLs {@code hf://owner/name} and {@code hf://owner/name@revision} available to DJL: a
 * repository with one artifact, the folder of this machine's Hub cache with the model's files. They
 * are downloaded when the repository is made, if they aren't there, and each is checked against the
 * Hub's hash. Token, cache and endpoint are those of the environment. A query in the URL goes on to
 * DJL.
 *
 * <p>DJL itself can't run these files, because it wants a TorchScript archive; {@link
 * io.herd.udfs.model.LlamaModel} can. DJL finds this class as a service.
 */
public final class HubRepositoryFactory implements RepositoryFactory {
  private static final Pattern NAME = Pattern.compile("//([^/]+/([^/@]+))(?:@([^?]+))?");

  private final Supplier<HubEnvironment> environment;

  /** Creates a factory for this process's environment. */
  public HubRepositoryFactory() {
    this(HubEnvironment::current);
  }

  HubRepositoryFactory(Supplier<HubEnvironment> environment) {
    this.environment = environment;
  }

  @Override
  public Set<String> getSupportedScheme() {
    return Set.of("hf");
  }

  /**
   * Returns the model as a repository.
   *
   * @throws UserException when the URL names no model, or the Hub refuses access
   * @throws SystemException when the network or the disk fails
   */
  @Override
  public Repository newInstance(String name, URI uri) {
    String text = uri.getRawSchemeSpecificPart();
    Matcher model = NAME.matcher(text.replaceFirst("\\?.*", ""));
    if (!model.matches()) {
      throw new UserException(
          uri + " is not the URL of a model", "write hf://owner/name or hf://owner/name@revision.");
    }
    String revision = model.group(3) == null ? "main" : model.group(3);
    Path folder = fetch(RepoId.of(model.group(1)), revision);
    String query = uri.getRawQuery() == null ? "" : "&" + uri.getRawQuery();
    return Repository.newInstance(
        name,
        folder.toUri()
            + "?artifact_id="
            + model.group(2)
            + "&model_name="
            + model.group(2)
            + query);
  }

  private Path fetch(RepoId id, String revision) {
    HubEnvironment hub = environment.get();
    HubClient client =
        new HubClient(hub, TokenFinder.find(hub, Optional.empty(), Optional.empty()));
    ModelCache cache = new ModelCache(hub.cache());
    ModelManifest manifest =
        hub.offline()
            ? cache.cached(id.text(), revision).orElseThrow(() -> missing(id, revision, cache))
            : new Handshake(client).prove(id, revision).manifest();
    try {
      Path folder =
          cache.fetch(
              manifest,
              file -> true,
              client.files(RepoId.of(manifest.id()), manifest.commit()),
              FetchProgress.NONE);
      cache.remember(manifest, revision);
      return folder;
    } catch (InterruptedException e) {
      throw SystemException.interrupted("the model was downloaded", e);
    }
  }

  private static UserException missing(RepoId id, String revision, ModelCache cache) {
    return new UserException(
        id + " at " + revision + " is missing or incomplete in the Hub cache " + cache.folder(),
        "HF_HUB_OFFLINE is set: download it once without.");
  }
}
