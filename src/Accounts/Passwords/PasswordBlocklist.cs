using System.Text;
using Heretix.Platform.Settings;

namespace Heretix.Accounts.Passwords;

/// <summary>
/// Passwords that nobody may choose, from the file that <c>PASSWORD_BLOCKLIST</c> names: one a line, in UTF-8, compared
/// without regard to case. Read once, when the server starts.
/// </summary>
internal sealed class PasswordBlocklist(ServerSettings settings)
{
    private const string Variable = "PASSWORD_BLOCKLIST";
    private const long LargestFile = 256L << 20;

    private readonly HashSet<string> listed = settings.Configuration[Variable] is { Length: > 0 } path
        ? Read(path)
        : [];

    /// <summary>Whether a password is on the list.</summary>
    public bool Contains(Password password) => listed.Contains(password.Text);

    private static HashSet<string> Read(string path)
    {
        var passwords = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in File.ReadLines(path, new UTF8Encoding(false, throwOnInvalidBytes: true)))
        {
            if (Password.TryRead(line, out var password) && password.Text.Length > 0)
                passwords.Add(password.Text);
        }
        return passwords;
    }

    /// <summary>Names what is wrong with the file before anything starts.</summary>
    internal sealed class Check : ISettingsCheck
    {
        /// <inheritdoc />
        public IEnumerable<string> Problems(ServerSettings settings)
        {
            if (settings.Configuration[Variable] is { Length: > 0 } path && Problem(path) is { } problem)
                yield return $"{Variable}: {problem}";
        }

        private static string? Problem(string path)
        {
            try
            {
                if (!File.Exists(path))
                    return "there is no such file; name one with a password on each line, or leave it out.";
                if (new FileInfo(path).Length > LargestFile)
                    return $"the file is larger than {LargestFile >> 20} MB, and it is kept in memory; take a shorter list.";
                return Read(path).Count == 0
                    ? "the file has no password in it; put one on each line, or leave it out."
                    : null;
            }
            catch (Exception unreadable)
                when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return "the file cannot be read as text in UTF-8; check its rights and its encoding.";
            }
        }
    }
}
