using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Heretix.Server.History
{
    /// <inheritdoc />
    public partial class CoinLedger : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "coin_accounts",
                schema: "billing",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    balance = table.Column<long>(type: "bigint", nullable: false),
                    receivable = table.Column<long>(type: "bigint", nullable: false),
                    last_transfer_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_coin_accounts", x => x.id);
                    table.CheckConstraint("ck_coin_accounts_balance", "balance >= 0");
                    table.CheckConstraint("ck_coin_accounts_receivable", "receivable >= 0");
                    table.ForeignKey(
                        name: "fk_coin_accounts_users",
                        column: x => x.user_id,
                        principalSchema: "accounts",
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "credit_packages",
                schema: "billing",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false, defaultValueSql: "gen_random_uuid()"),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    coins = table.Column<long>(type: "bigint", nullable: false),
                    price_usd = table.Column<decimal>(type: "numeric(10,2)", nullable: false),
                    price_inr = table.Column<decimal>(type: "numeric(10,2)", nullable: false),
                    description = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    is_active = table.Column<bool>(type: "boolean", nullable: false, defaultValue: true),
                    is_popular = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    sort_order = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(
                        type: "timestamp with time zone",
                        nullable: false,
                        defaultValueSql: "now()"
                    ),
                    updated_at = table.Column<DateTimeOffset>(
                        type: "timestamp with time zone",
                        nullable: false,
                        defaultValueSql: "now()"
                    ),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_credit_packages", x => x.id);
                    table.CheckConstraint("ck_credit_packages_coins", "coins > 0");
                    table.CheckConstraint("ck_credit_packages_prices", "price_usd > 0 and price_inr > 0");
                }
            );

            migrationBuilder.CreateTable(
                name: "ledger_audits",
                schema: "billing",
                columns: table => new
                {
                    id = table.Column<short>(type: "smallint", nullable: false),
                    audited_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    differences = table.Column<int>(type: "integer", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_audits", x => x.id);
                    table.CheckConstraint("ck_ledger_audits_id", "id = 1");
                }
            );

            migrationBuilder.CreateTable(
                name: "transfers",
                schema: "billing",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    type = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    coin_account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    coins = table.Column<long>(type: "bigint", nullable: false),
                    balance_after = table.Column<long>(type: "bigint", nullable: false),
                    receivable_after = table.Column<long>(type: "bigint", nullable: false),
                    flagged = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    description = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false),
                    metadata = table.Column<string>(type: "jsonb", nullable: true),
                    chat_id = table.Column<Guid>(type: "uuid", nullable: true),
                    payment_order_id = table.Column<Guid>(type: "uuid", nullable: true),
                    package_id = table.Column<Guid>(type: "uuid", nullable: true),
                    reverses = table.Column<Guid>(type: "uuid", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_transfers", x => x.id);
                    table.CheckConstraint("ck_transfers_after", "balance_after >= 0 and receivable_after >= 0");
                    table.CheckConstraint(
                        "ck_transfers_coins",
                        "case when type in ('signup_bonus', 'purchase', 'refund') then coins > 0\n    when type in ('insight_unlock', 'clawback') then coins < 0 else coins <> 0 end"
                    );
                    table.CheckConstraint(
                        "ck_transfers_payment_order_id",
                        "type <> 'purchase' or payment_order_id is not null"
                    );
                    table.CheckConstraint(
                        "ck_transfers_reverses",
                        "(type in ('refund', 'clawback')) = (reverses is not null)"
                    );
                    table.CheckConstraint(
                        "ck_transfers_type",
                        "type in ('signup_bonus', 'purchase', 'insight_unlock', 'refund', 'clawback', 'admin_adjustment')"
                    );
                    table.ForeignKey(
                        name: "fk_transfers_coin_accounts",
                        column: x => x.coin_account_id,
                        principalSchema: "billing",
                        principalTable: "coin_accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict
                    );
                    table.ForeignKey(
                        name: "fk_transfers_transfers",
                        column: x => x.reverses,
                        principalSchema: "billing",
                        principalTable: "transfers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "postings",
                schema: "billing",
                columns: table => new
                {
                    transfer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    coin_account_id = table.Column<Guid>(type: "uuid", nullable: true),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_postings", x => new { x.transfer_id, x.account });
                    table.CheckConstraint(
                        "ck_postings_account",
                        "account in ('user', 'receivable', 'purchases', 'bonuses', 'unlocks', 'refunds', 'adjustments')"
                    );
                    table.CheckConstraint("ck_postings_amount", "amount <> 0");
                    table.CheckConstraint(
                        "ck_postings_coin_account_id",
                        "(account in ('user', 'receivable')) = (coin_account_id is not null)"
                    );
                    table.ForeignKey(
                        name: "fk_postings_transfers",
                        column: x => x.transfer_id,
                        principalSchema: "billing",
                        principalTable: "transfers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "ux_coin_accounts_user_id",
                schema: "billing",
                table: "coin_accounts",
                column: "user_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ux_credit_packages_name",
                schema: "billing",
                table: "credit_packages",
                column: "name",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_transfers_coin_account_id_created_at_id",
                schema: "billing",
                table: "transfers",
                columns: new[] { "coin_account_id", "created_at", "id" }
            );

            migrationBuilder.CreateIndex(
                name: "ix_transfers_reverses",
                schema: "billing",
                table: "transfers",
                column: "reverses",
                filter: "reverses is not null"
            );

            migrationBuilder.CreateIndex(
                name: "ux_transfers_coin_account_id_signup_bonus",
                schema: "billing",
                table: "transfers",
                column: "coin_account_id",
                unique: true,
                filter: "type = 'signup_bonus'"
            );

            migrationBuilder.CreateIndex(
                name: "ux_transfers_key",
                schema: "billing",
                table: "transfers",
                column: "key",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ux_transfers_payment_order_id_purchase",
                schema: "billing",
                table: "transfers",
                column: "payment_order_id",
                unique: true,
                filter: "type = 'purchase'"
            );

            migrationBuilder.CreateIndex(
                name: "ux_transfers_reverses_refund",
                schema: "billing",
                table: "transfers",
                column: "reverses",
                unique: true,
                filter: "type = 'refund'"
            );

            migrationBuilder.Sql(CoinLedgerRules.Make);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(CoinLedgerRules.Drop);

            migrationBuilder.DropTable(name: "credit_packages", schema: "billing");

            migrationBuilder.DropTable(name: "ledger_audits", schema: "billing");

            migrationBuilder.DropTable(name: "postings", schema: "billing");

            migrationBuilder.DropTable(name: "transfers", schema: "billing");

            migrationBuilder.DropTable(name: "coin_accounts", schema: "billing");
        }
    }
}
