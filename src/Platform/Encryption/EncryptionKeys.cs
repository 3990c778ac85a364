using Heretix.Platform.Settings;

namespace Heretix.Platform.Encryption;

/// <summary>Which keys the server has: those of <c>ENCRYPTION_KEY</c>, or outside production one of its own.</summary>
public static class EncryptionKeys
{
    private const string Variable = "ENCRYPTION_KEY";

    /// <summary>What is wrong with the configured keys, in sentences; empty when nothing is.</summary>
    public static IReadOnlyList<string> Problems(ServerSettings settings)
    {
        if (settings.Configuration[Variable] is not { Length: > 0 } text)
            return settings.IsProduction
                ? [$"{Variable} is not set, and production keeps no key beside its data: {EncryptionKey.Advice}"]
                : [];
        try
        {
            var keys = EncryptionKey.Parse(text);
            return settings.IsProduction && keys[0].IsWeak
                ? [$"the newest key of {Variable} is not random or is known to everybody: {EncryptionKey.Advice}"]
                : [];
        }
        catch (FormatException unreadable)
        {
            return [unreadable.Message];
        }
    }

    /// <summary>The keys, the newest first.</summary>
    internal static IReadOnlyList<EncryptionKey> Load(ServerSettings settings)
    {
        if (Problems(settings) is { Count: > 0 } problems)
            throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
        if (settings.Configuration[Variable] is { Length: > 0 } text)
            return EncryptionKey.Parse(text);
        return settings.Environment == "test" ? [EncryptionKey.ForTests] : [LocalKey(settings.DataFolder)];
    }

    /// <summary>The key in the data folder, made at the first start; several processes may start at once.</summary>
    private static EncryptionKey LocalKey(string dataFolder)
    {
        var file = Path.Combine(dataFolder, "encryption.key");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(dataFolder);
            var unfinished = $"{file}.{Guid.NewGuid():N}";
            using (var stream = new FileStream(unfinished, Private()))
                stream.Write(System.Text.Encoding.ASCII.GetBytes(EncryptionKey.Generate().Text));
            // Whoever comes second reads the key of the first.
            FirstFile.TryPut(unfinished, file);
        }
        return EncryptionKey.Parse(File.ReadAllText(file))[0];
    }

    private static FileStreamOptions Private()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
