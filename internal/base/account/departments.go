package account

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

const departmentColumns = `SELECT d.id, d.name, d.parent_id, d.leader_id, d.path, d.position, d.version,
	(SELECT count(*) FROM {users u} WHERE u.department_id = d.id AND u.state = 'active') AS people FROM {departments d}`

var (
	allDepartments = db.SQL(departmentColumns+` ORDER BY d.position, d.name, d.id`, Departments, Users)
	departmentOf   = db.SQL(departmentColumns+` WHERE d.id = :id`, Departments, Users)
	branchOf       = db.SQL(departmentColumns+` WHERE substr(d.path, 1, length(:path)) = :path`, Departments, Users)
	siblings       = db.SQL(departmentColumns+` WHERE d.parent_id = :parent ORDER BY d.position, d.name, d.id`, Departments, Users)
	rePlace        = db.SQL(`UPDATE {departments!change d} SET position = :position WHERE d.id = :id`, Departments)
	rePath         = db.SQL(`UPDATE {departments!change d} SET path = :path WHERE d.id = :id`, Departments)
	dropDepartment = db.SQL(`DELETE FROM {departments!change d} WHERE d.id = :id AND d.version = :version`, Departments)
	usersIn        = db.SQL(`SELECT count(*) AS n FROM {users u} WHERE u.department_id = :id`, Users)

	errInUse = fault.New(fault.Conflict, "in_use")
)

// NewDepartment is what a caller says of one.
type NewDepartment struct {
	Name     string          `json:"name" minLength:"1" maxLength:"60"`
	ParentID api.Opt[string] `json:"parent_id,omitempty,omitzero" maxLength:"64" doc:"Left out: under the company."`
	LeaderID api.Opt[string] `json:"leader_id,omitempty,omitzero" maxLength:"64"`
}

// ChangedDepartment is what a caller may change; a branch moves with its node.
type ChangedDepartment struct {
	Name     api.Opt[string] `json:"name,omitempty,omitzero" minLength:"1" maxLength:"60"`
	ParentID api.Opt[string] `json:"parent_id,omitempty,omitzero" maxLength:"64"`
	LeaderID api.Opt[string] `json:"leader_id,omitempty,omitzero" maxLength:"64"`
	Position api.Opt[int64]  `json:"position,omitempty,omitzero" minimum:"0" maximum:"10000" doc:"Its place among those under the same parent, 0 the first; the others make room. Left out with a new parent: the last."`
}

type departmentRow struct {
	ID        string  `db:"id"`
	Name      string  `db:"name"`
	ParentID  api.Ref `db:"parent_id"`
	LeaderID  api.Ref `db:"leader_id"`
	Path      string  `db:"path"`
	Position  int64   `db:"position"`
	CreatedAt int64   `db:"created_at"`
	UpdatedAt int64   `db:"updated_at"`
}

// Tree gives every department, for anyone signed in.
func (s *Service) Tree(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Department], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Department], err error) {
		out.Items, err = db.All[Department](tx, allDepartments, nil)
		return out, err
	})
}

// Department gives one.
func (s *Service) Department(ctx context.Context, who access.Actor, id string) (Department, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Department, error) {
		return db.One[Department](tx, departmentOf, db.Args{"id": id})
	})
}

// AddDepartment adds a node to the tree. Needs department.manage.
func (s *Service) AddDepartment(ctx context.Context, who access.Actor, in NewDepartment) (Department, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Department, error) { return s.addDepartment(tx, in) })
}

func (s *Service) addDepartment(tx *db.Tx, in NewDepartment) (none Department, err error) {
	if err := CheckName(in.Name); err != nil {
		return none, err
	}
	row := departmentRow{ID: tx.NewID(), Name: strings.TrimSpace(in.Name), ParentID: api.Ref(in.ParentID.V), LeaderID: api.Ref(in.LeaderID.V), CreatedAt: tx.At(), UpdatedAt: tx.At()}
	path := "/"
	if row.ParentID == "" {
		// There is one company; a second root would be a second company.
		all, err := db.All[Department](tx, allDepartments, nil)
		if err != nil {
			return none, err
		}
		for _, d := range all {
			if d.ParentID == "" {
				row.ParentID = api.Ref(d.ID)
			}
		}
	}
	if row.ParentID != "" {
		parent, found, err := db.Maybe[Department](tx, departmentOf, db.Args{"id": string(row.ParentID)})
		if err != nil {
			return none, err
		}
		if !found {
			return none, fault.Rule("invalid", "parent_id")
		}
		path = parent.Path
	}
	row.Path = path + row.ID + "/"
	if err := s.knownUser(tx, string(row.LeaderID), "leader_id"); err != nil {
		return none, err
	}
	beside, err := db.All[Department](tx, siblings, db.Args{"parent": string(row.ParentID)})
	if err != nil {
		return none, err
	}
	for _, d := range beside {
		row.Position = max(row.Position, d.Position+1)
	}
	if err := tx.Insert(Departments, row); err != nil {
		return none, err
	}
	if err := audit.Note(tx, audit.Entry{Action: "department.create", Kind: "department", Record: row.ID, Details: map[string]any{"name": row.Name}}); err != nil {
		return none, err
	}
	if err := Changed(tx); err != nil {
		return none, err
	}
	return db.One[Department](tx, departmentOf, db.Args{"id": row.ID})
}

// ChangeDepartment renames, moves or re-leads one; whose customers are where does not
// change with it (DECISIONS 4). A move is never into its own branch, and two at once do not make a ring.
func (s *Service) ChangeDepartment(ctx context.Context, who access.Actor, id string, version int64, in ChangedDepartment) (Department, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Department, err error) {
		if in.ParentID.Set || in.Position.Set {
			if err := tx.Lock("departments"); err != nil {
				return none, err
			}
		}
		d, err := db.One[Department](tx, departmentOf, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		old := d.Path
		diffs := api.Apply(&d, in)
		if in.Name.Set {
			if err := CheckName(d.Name); err != nil {
				return none, err
			}
		}
		if err := s.knownUser(tx, string(d.LeaderID), "leader_id"); err != nil {
			return none, err
		}
		if in.ParentID.Set {
			parent, found, err := db.Maybe[Department](tx, departmentOf, db.Args{"id": string(d.ParentID)})
			if err != nil {
				return none, err
			}
			if !found || strings.HasPrefix(parent.Path, old) { // nor under itself
				return none, fault.Rule("invalid", "parent_id")
			}
			d.Path = parent.Path + id + "/"
		}
		if in.ParentID.Set || in.Position.Set {
			if d.Position, err = s.place(tx, d, in.Position); err != nil {
				return none, err
			}
		}
		row := struct {
			Name     string  `db:"name"`
			ParentID api.Ref `db:"parent_id"`
			LeaderID api.Ref `db:"leader_id"`
			Position int64   `db:"position"`
		}{d.Name, d.ParentID, d.LeaderID, d.Position}
		if err := tx.Update(Departments, id, version, row); err != nil {
			return none, err
		}
		if d.Path != old {
			branch, err := db.All[Department](tx, branchOf, db.Args{"path": old})
			if err != nil {
				return none, err
			}
			for _, b := range branch {
				if _, err := tx.ChangeAll(rePath, db.Args{"id": b.ID, "path": d.Path + strings.TrimPrefix(b.Path, old)}); err != nil {
					return none, err
				}
			}
		}
		for i := range diffs {
			if diffs[i].Field == "position" { // what it came to, where more was asked than there are
				diffs[i].New = d.Position
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "department.change", Kind: "department", Record: id, Changes: audit.Changes(diffs, nil)}); err != nil {
			return none, err
		}
		if err := Changed(tx); err != nil {
			return none, err
		}
		return db.One[Department](tx, departmentOf, db.Args{"id": id})
	})
}

// place makes room among those under d's parent and gives d's own place. Their versions stay: nothing was said of them.
func (s *Service) place(tx *db.Tx, d Department, wanted api.Opt[int64]) (int64, error) {
	beside, err := db.All[Department](tx, siblings, db.Args{"parent": string(d.ParentID)})
	if err != nil {
		return 0, err
	}
	beside = slices.DeleteFunc(beside, func(b Department) bool { return b.ID == d.ID })
	at := min(wanted.Or(int64(len(beside))), int64(len(beside)))
	for i, b := range beside {
		position := int64(i)
		if position >= at {
			position++
		}
		if b.Position == position {
			continue
		}
		if _, err := tx.ChangeAll(rePlace, db.Args{"id": b.ID, "position": position}); err != nil {
			return 0, err
		}
	}
	return at, nil
}

// DropDepartment deletes one that nobody and nothing is in.
func (s *Service) DropDepartment(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		d, err := db.One[Department](tx, departmentOf, db.Args{"id": id})
		if err != nil {
			return 0, err
		}
		if d.Version != version {
			return 0, db.ErrStale
		}
		n, err := db.One[db.Count](tx, usersIn, db.Args{"id": id})
		if err != nil {
			return 0, err
		}
		branch, err := db.All[Department](tx, branchOf, db.Args{"path": d.Path})
		if err != nil {
			return 0, err
		}
		if n.N > 0 || len(branch) > 1 || d.ParentID == "" {
			return 0, errInUse
		}
		if s.Holds != nil {
			held, err := s.Holds(tx, id)
			if err != nil {
				return 0, err
			}
			if held {
				return 0, errInUse
			}
		}
		if err := tx.Change(dropDepartment, db.Args{"id": id, "version": version}); err != nil {
			return 0, err
		}
		if err := Changed(tx); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "department.delete", Kind: "department", Record: id, Details: map[string]any{"name": d.Name}})
	})
	return err
}

func (s *Service) knownUser(tx *db.Tx, id, field string) error {
	if id == "" {
		return nil
	}
	_, found, err := db.Maybe[User](tx, userOf, db.Args{"id": id})
	if err == nil && !found {
		return fault.Rule("invalid", field)
	}
	return err
}

// CheckName refuses names that are blank or carry somebody's number: names are shown to everyone.
func CheckName(name string) error {
	if strings.TrimSpace(name) == "" {
		return fault.Rule("required", "name")
	}
	digits := 0
	for _, r := range name {
		if r >= '0' && r <= '9' || r >= '０' && r <= '９' {
			if digits++; digits >= 7 {
				return fault.Rule("number_in_text", "name")
			}
		} else if r != '-' && r != ' ' {
			digits = 0
		}
	}
	return nil
}

// Branch gives the ids of the departments whose path begins with path.
func Branch(tx *db.Tx, path string) ([]string, error) {
	all, err := db.All[Department](tx.As(program), branchOf, db.Args{"path": path})
	var ids []string
	for _, d := range all {
		ids = append(ids, d.ID)
	}
	return ids, err
}
