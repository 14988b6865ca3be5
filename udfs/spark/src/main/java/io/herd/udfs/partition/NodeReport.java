package io.herd.udfs.partition;

import java.io.Serializable;
import java.util.List;

/**
 * An executor's state before it gets work.
 *
 * @param node its host's name
 * @param token whether the Hub's token has arrived; true also when none is needed
 * @param cache its Hub cache, or the model's folder
 * @param freeDisk bytes that can be written there
 * @param freeMemory bytes of the host that nobody uses
 * @param device that its engine would run on
 * @param driver the version of NVIDIA's driver, or "no NVIDIA driver"
 * @param notes what works, but may not be intended
 * @param problem why it could not work, or null
 */
public record NodeReport(
    String node,
    boolean token,
    String cache,
    long freeDisk,
    long freeMemory,
    String device,
    String driver,
    List<String> notes,
    String problem)
    implements Serializable {}
