using System.Text.Json;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Results;
using Microsoft.Data.Sqlite;

namespace Heretix.Research.Store;

/// <summary>The texts of every bank that was used.</summary>
internal static class PromptRows
{
    /// <summary>Records a bank the first time its version is used; true when the version stands for other texts.</summary>
    public static bool Record(SqliteConnection db, SqliteTransaction transaction, PromptBank bank, DateTimeOffset now)
    {
        var known = Sql.Scalar<string>(
            db,
            transaction,
            "SELECT yaml_hash FROM prompts WHERE prompt_version = $version",
            ("$version", bank.Version)
        );
        if (known is not null)
            return known != bank.Hash;
        Sql.Execute(
            db,
            transaction,
            """
            INSERT INTO prompts (prompt_version, yaml_hash, system_text, user_template, paraphrases_json, source_path, created_at)
            VALUES ($version, $hash, $system, $user, $paraphrases, $path, $now)
            """,
            ("$version", bank.Version),
            ("$hash", bank.Hash),
            ("$system", bank.System),
            ("$user", bank.UserTemplate),
            ("$paraphrases", JsonSerializer.Serialize(bank.Paraphrases, ResultJson.Compact.IReadOnlyListString)),
            ("$path", bank.SourcePath),
            ("$now", now.ToUnixTimeSeconds())
        );
        return false;
    }
}
