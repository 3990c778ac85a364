namespace Heretix.Platform.Settings;

/// <summary>
/// What a room demands of the configuration beyond the ranges of its options. Registered as a singleton; all of them are
/// asked before anything starts, and what they find is reported together.
/// </summary>
public interface ISettingsCheck
{
    /// <summary>Whether it matters only to a server that serves, so that verbs of operators work all the same.</summary>
    bool OnlyToServe => false;

    /// <summary>What is wrong: one sentence each that names the variable and says what to do; never a secret's value.</summary>
    IEnumerable<string> Problems(ServerSettings settings);
}
