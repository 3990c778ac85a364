namespace Heretix.Platform.Settings;

/// <summary>What was read, and everything that is wrong with it.</summary>
/// <param name="Settings">
/// The settings, with defaults in the place of what could not be used, so that the rooms can be asked what else is wrong.
/// To be used for serving only when there is no problem.
/// </param>
/// <param name="Problems">One sentence each; empty when all is well.</param>
public sealed record SettingsReading(ServerSettings Settings, IReadOnlyList<string> Problems);

/// <summary>What the command line says; it wins over the environment.</summary>
/// <param name="Role">What the process does.</param>
/// <param name="DataFolder">The data folder; null for <c>data/server</c> in the working directory.</param>
/// <param name="Urls">Where the server listens, separated by semicolons; null for <c>http://127.0.0.1:8000</c>.</param>
public sealed record SettingsOverrides(
    ServerRole Role = ServerRole.All,
    string? DataFolder = null,
    string? Urls = null
);
